"""Up to where a person has read: said by them, and taken back once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from impact.models import LastReading, Measurement
from impact.selectors.news import FIRST_NEWS_AGE, since_last_reading
from impact.services import last_reading
from tests.crm.factories import person_as
from tests.impact.factories import (
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
)

pytestmark = pytest.mark.django_db
READ = reverse("impact:news-read")
BACK = reverse("impact:news-put-back")


@pytest.fixture
def funding():
    return FundingFactory(engagement__title="Forêt")


@pytest.fixture
def engagement(funding):
    return funding.engagement


@pytest.fixture
def metric(engagement):
    indicator = IndicatorFactory(name_en="Trees planted", name_fr="Arbres plantés", unit_en="trees")
    return MetricFactory(engagement=engagement, indicator=indicator)


@pytest.fixture
def funder(funding):
    return person_as(Role.FUNDER, funding.funder)


def now():
    return timezone.now()


def mark(user):
    """All that there is up to this moment is read."""
    return last_reading.mark_read(user, upto=now(), at=now())


def told(user, **options):
    return since_last_reading(user, at=now(), **options).news


def kinds(user):
    return [news.kind for news in told(user)]


def published(metric, **facts):
    return MeasurementFactory(metric=metric, published_at=now(), **facts)


class TestTheMark:
    def test_the_first_time_the_last_thirty_days_are_new_and_it_is_said(
        self, client, funder, metric
    ):
        published(metric, count=11, window_end=date(2026, 1, 31))
        Measurement.objects.update(published_at=now() - FIRST_NEWS_AGE - timedelta(minutes=1))
        published(metric, count=22)
        client.force_login(funder)

        page = client.get(
            reverse("impact:summary"), headers={"accept-language": "en"}
        ).content.decode()

        assert "here are the last 30 days" in page
        assert [news.details[:2] for news in told(funder) if news.kind == "figure"] == ["22"]

    def test_looking_marks_nothing(self, client, funder, metric):
        published(metric)
        client.force_login(funder)

        client.get(reverse("impact:summary"))
        client.get(reverse("impact:news"))

        assert not LastReading.objects.exists()

    def test_reads_up_to_what_was_shown_and_not_beyond(self, client, funder, metric):
        published(metric)
        client.force_login(funder)
        portfolio_page = client.get(reverse("impact:summary"))
        published(metric, count=61, window_end=date(2026, 7, 1))  # while it was being read

        response = client.post(
            READ, {"upto": portfolio_page.context_data["since"].upto.isoformat()}, follow=True
        )

        assert [news.details[:2] for news in told(funder)] == ["61"]
        assert response.redirect_chain[0][0] == reverse("impact:summary")

    def test_what_the_page_holds_is_what_is_sent(self, client, funder, metric):
        published(metric)
        client.force_login(funder)

        page = client.get(reverse("impact:summary")).content.decode()

        assert f'name="upto" value="{told(funder)[0].at.isoformat()}"' in page

    def test_is_taken_back_once(self, client, funder, metric):
        published(metric)
        client.force_login(funder)
        before = kinds(funder)
        client.post(READ, {"upto": now().isoformat()})
        assert kinds(funder) == []
        assert (
            "Put it back as it was"
            in client.get(
                reverse("impact:summary"), headers={"accept-language": "en"}
            ).content.decode()
        )

        client.post(BACK)
        again = client.post(BACK, follow=True, headers={"accept-language": "en"}).content.decode()

        assert kinds(funder) == before
        assert "There is nothing to put back." in again
        assert "Put it back as it was" not in again

    def test_a_second_click_changes_nothing(self, funder, metric):
        published(metric)
        upto = told(funder)[0].at

        first = last_reading.mark_read(funder, upto=upto, at=now())
        second = last_reading.mark_read(funder, upto=upto, at=now())

        assert (first.upto, first.before) == (second.upto, second.before)

    def test_the_future_cannot_be_read(self, funder, metric):
        at = now()

        assert (
            last_reading.mark_read(funder, upto=datetime(2999, 1, 1, tzinfo=UTC), at=at).upto == at
        )

    @pytest.mark.parametrize("upto", ["", "x", "2026-02-31T10:00:00+00:00", "9" * 400, "\0"])
    def test_no_moment_is_refused_in_words(self, client, funder, upto):
        client.force_login(funder)

        page = client.post(
            READ, {"upto": upto}, follow=True, headers={"accept-language": "en"}
        ).content.decode()

        assert "Look at what is new again" in page
        assert not LastReading.objects.exists()

    def test_each_person_has_their_own(self, funder, funding, metric):
        colleague = person_as(Role.FUNDER, funding.funder)
        published(metric)

        mark(funder)

        assert (kinds(funder), "figure" in kinds(colleague)) == ([], True)

    def test_the_database_refuses_a_mark_that_goes_back(self, funder):
        with pytest.raises(IntegrityError), transaction.atomic():
            LastReading.objects.create(user=funder, upto=now(), before=now() + timedelta(days=1))

    def test_nothing_to_put_back_is_said(self, funder):
        with pytest.raises(Refused, match="nothing to put back"):
            last_reading.put_back(funder)
