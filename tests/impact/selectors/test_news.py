"""What is new to a person: all that became readable since they said that they had read, and nothing else."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from engagements.domain.stages import Stage
from engagements.services.engagements import StageMove, move_stage
from impact.selectors.news import PORTFOLIO_NEWS_LIMIT, since_last_reading
from impact.services import baselines, last_reading, reports
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)

pytestmark = pytest.mark.django_db


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


def stop(engagement, reason):
    told_after = dict.fromkeys(
        ("what_happened", "what_we_learned", "what_we_would_do"), "Told afterwards"
    )
    move_stage(
        engagement,
        StageMove(to=Stage.STOPPED, reason=reason, post_mortem=told_after),
        by=UserFactory(),
        at=now(),
    )


def published(metric, **facts):
    return MeasurementFactory(metric=metric, published_at=now(), **facts)


class TestWhatIsNew:
    def test_a_figure_with_its_engagement_and_its_window(self, funder, metric):
        mark(funder)
        row = published(metric)

        (news,) = told(funder)

        assert (news.kind, news.subject, news.title) == ("figure", "Trees planted", "Forêt")
        assert news.details == "60 trees in 6 months, from 1 January 2026 to 30 June 2026"
        assert news.url == reverse("impact:measurement-detail", args=[row.pk])

    def test_many_figures_of_one_metric_are_one_line_with_the_latest(self, funder, metric):
        mark(funder)
        for month in (1, 3, 2):
            published(
                metric,
                count=month,
                window_start=date(2026, month, 1),
                window_end=date(2026, month, 28),
            )

        (news,) = told(funder)

        assert news.details.startswith("3 trees")
        assert news.details.endswith(", and 2 other figures")

    def test_a_correction_with_what_stood_before(self, funder, metric):
        wrong = published(metric)
        mark(funder)
        published(metric, count=54, corrects=wrong)

        (news,) = told(funder)

        assert (news.kind, news.before) == ("correction", "60 trees in 6 months")
        assert news.details.startswith("54 trees in 6 months")

    def test_a_correction_of_the_window_says_which_it_was(self, funder, metric):
        wrong = published(metric)
        mark(funder)
        published(metric, corrects=wrong, window_start=date(2026, 2, 1))

        (news,) = told(funder)

        assert news.before.startswith("60 trees in 6 months, from")
        assert news.before != news.details

    def test_a_correction_of_the_words_alone_does_not_pretend_to_a_new_figure(self, funder, metric):
        wrong = published(metric)
        mark(funder)
        published(metric, corrects=wrong, source="The register of the nursery")

        (news,) = told(funder)

        assert (news.kind, news.before) == ("correction", "")
        assert news.details.endswith("(the same figure: what is said of it has changed)")

    def test_a_correction_that_rounding_hides_is_told_with_both_figures(self, funder, metric):
        metric.indicator.kind = "share"
        metric.indicator.save()
        wrong = published(metric, count=None, percent=Decimal("61.4"))
        mark(funder)
        published(metric, count=None, percent=Decimal("60.6"), corrects=wrong)

        (news,) = told(funder)

        assert news.before.startswith("61.4%")
        assert news.details.startswith("60.6%")

    def test_what_was_never_published_is_not_told_as_what_stood_before(self, funder, metric):
        draft = MeasurementFactory(metric=metric, status="draft", count=8_765_432)
        mark(funder)
        published(metric, count=54, corrects=draft)

        (news,) = told(funder)

        assert (news.kind, news.before) == ("figure", "")

    def test_a_draft_is_not_new_even_to_those_who_work_there(self, metric):
        coordinator = person_as(Role.COORDINATOR, metric.engagement.member)
        mark(coordinator)
        MeasurementFactory(metric=metric, status="draft")

        assert told(coordinator) == ()

    def test_a_baseline_recorded_then_agreed_to_then_changed(self, funder, metric):
        lead = person_as(Role.LEAD, metric.engagement.beneficiary)
        mark(funder)
        baseline = BaselineFactory(metric=metric)
        baselines.agree_to_baseline(
            baseline, seen=baseline.version, by=lead, today=date(2026, 7, 1)
        )
        baselines.change_baseline(
            baseline, count=12, why="Two more", by=lead, today=date(2026, 7, 2)
        )

        assert kinds(funder) == ["baseline-changed", "baseline-agreed", "baseline"]
        assert told(funder)[0].details.startswith("12 trees in 12 months")

    def test_what_the_lead_questions_is_not_for_readers(self, funder, metric):
        baseline = BaselineFactory(metric=metric)
        mark(funder)
        baselines.question_baseline(
            baseline, seen=baseline.version, reason="We were four", by=UserFactory()
        )

        assert told(funder) == ()

    def test_a_what_if_is_no_baseline(self, funder, metric):
        mark(funder)
        BaselineFactory(metric=metric, method="hypothesis")

        assert told(funder) == ()

    def test_a_report_and_the_word_of_the_beneficiary(self, funder, metric):
        published(metric)
        mark(funder)
        report = publish_as_read(metric.engagement, by=UserFactory(), today=date(2026, 7, 1))
        reports.sign_report(
            report, agrees=False, comment="Not so", by=UserFactory(), today=date(2026, 7, 2)
        )

        lines = told(funder)

        assert [(news.kind, news.subject, news.details) for news in lines] == [
            ("word", report.number, "disagrees"),
            ("report", report.number, ""),
        ]

    def test_an_engagement_that_was_stopped_once(self, funder, engagement):
        mark(funder)
        stop(engagement, "A tool exists")
        engagement.refresh_from_db()
        engagement.title = "Forêts"
        engagement.save()

        (news,) = told(funder)

        assert (news.kind, news.subject) == ("stopped", "Forêts")
        assert "A tool exists" not in str(news)

    def test_an_engagement_that_joined(self, funder, funding):
        mark(funder)
        joined = FundingFactory(funder=funding.funder, engagement__title="Rivière").engagement

        assert [(news.kind, news.title) for news in told(funder)] == [("joined", "Rivière")]
        assert told(funder)[0].engagement == joined.pk

    def test_a_second_grant_is_not_a_new_engagement(self, funder, funding):
        mark(funder)
        FundingFactory(funder=funding.funder, engagement=funding.engagement)

        assert told(funder) == ()

    def test_an_engagement_opened_is_new_to_those_who_work_there(self, funder, member, coordinator):
        mark(coordinator)
        EngagementFactory(member=member, title="Rivière")

        assert [(news.kind, news.title) for news in told(coordinator)] == [("opened", "Rivière")]

    def test_the_newest_comes_first(self, funder, metric):
        mark(funder)
        publish_as_read(
            published(metric).metric.engagement, by=UserFactory(), today=date(2026, 7, 1)
        )
        BaselineFactory(metric=metric)

        moments = [news.at for news in told(funder)]

        assert len(moments) == 3
        assert moments == sorted(moments, reverse=True)


class TestWhoIsTold:
    def test_nothing_of_what_a_person_does_not_read(self, funder, metric):
        other = FundingFactory()
        mark(funder)
        row = published(MetricFactory(engagement=other.engagement))
        BaselineFactory(metric=row.metric)
        publish_as_read(other.engagement, by=UserFactory(), today=date(2026, 7, 1))
        stop(other.engagement, "Over")

        assert told(funder) == ()

    def test_a_funder_learns_of_no_other_funder(self, funder, engagement):
        mark(funder)
        FundingFactory(engagement=engagement, amount=Decimal(7_654_321))

        assert told(funder) == ()

    def test_an_engagement_joins_whoever_funded_it_before(self, funder, funding):
        other = FundingFactory(engagement__title="Rivière")
        mark(funder)
        FundingFactory(funder=funding.funder, engagement=other.engagement)

        assert [(news.kind, news.title) for news in told(funder)] == [("joined", "Rivière")]

    def test_a_grant_that_ended_tells_nothing_more(self, funder, metric, funding):
        mark(funder)
        published(metric)
        funding.reads_until = date(2026, 2, 1)
        funding.save()

        assert told(funder) == ()

    def test_no_name_of_a_person_stands_there(self, client, funder, metric):
        author = UserFactory(full_name="Rose Recorder")
        mark(funder)
        row = published(metric, author=author)
        BaselineFactory(metric=metric, author=author)
        report = publish_as_read(row.metric.engagement, by=author, today=date(2026, 7, 1))
        reports.sign_report(report, agrees=True, by=author, today=date(2026, 7, 2))
        client.force_login(funder)

        page = client.get(reverse("impact:news")).content.decode()

        assert len(re.findall(r"<li>\s*<span>", page)) == 4
        assert "Rose" not in page


class TestHowMuch:
    def test_the_portfolio_shows_the_first_and_leads_to_all(self, client, funder, engagement):
        mark(funder)
        for _n in range(PORTFOLIO_NEWS_LIMIT + 2):
            published(MetricFactory(engagement=engagement))
        client.force_login(funder)

        first = client.get(reverse("impact:summary"))
        every = client.get(reverse("impact:news"))

        assert (len(first.context_data["since"].news), first.context_data["since"].is_more) == (
            PORTFOLIO_NEWS_LIMIT,
            True,
        )
        assert reverse("impact:news") in first.content.decode()
        assert (len(every.context_data["since"].news), every.context_data["since"].is_more) == (
            PORTFOLIO_NEWS_LIMIT + 2,
            False,
        )

    def test_a_filtered_portfolio_tells_the_figures_alone(self, client, funder, metric):
        published(metric)
        client.force_login(funder)

        assert (
            client.get(reverse("impact:summary"), {"stage": "scoping"}).context_data["since"]
            is None
        )

    @pytest.mark.parametrize("size", [1, 7])
    def test_statements_do_not_grow(self, client, funder, funding, django_assert_num_queries, size):
        for _n in range(size):
            engagement = FundingFactory(funder=funding.funder).engagement
            row = published(MetricFactory(engagement=engagement))
            published(row.metric, corrects=row)
            BaselineFactory(metric=row.metric)
            publish_as_read(engagement, by=UserFactory(), today=date(2026, 7, 1))
            stop(engagement, "Over")
        client.force_login(funder)
        client.get(reverse("impact:news"))

        with django_assert_num_queries(9):
            response = client.get(reverse("impact:news"))

        assert len(response.context_data["since"].news) == 6 * size + 1
