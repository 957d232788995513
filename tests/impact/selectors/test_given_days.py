"""Days given reach readers outside the team by month, once it is over, and never of a few people."""

import json
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crm.domain.roles import Role
from engagements.models import Engagement
from impact.selectors import reports, summaries, totals
from impact.selectors.given_days import given_days
from impact.services.reports import share_report
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    FundingFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)
from tests.volunteers.factories import AssignmentFactory, WorkDayFactory

pytestmark = pytest.mark.django_db
HALF_DAYS = 17  # of each person in a month: told nowhere else


def last_month(today):
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def worked(engagement, people, month):
    """Each of them the same time in that month; one day in nine is a half."""
    for _person in range(people):
        assignment = AssignmentFactory(
            engagement=engagement, starts_on=date(2020, 1, 1), ends_on=date(2099, 1, 1)
        )
        for day in range(9):
            WorkDayFactory(
                assignment=assignment,
                day=month + timedelta(days=day),
                half_days=1 if day == 8 else 2,
            )


@pytest.fixture
def engagement(member):
    measured = MeasurementFactory(metric=MetricFactory(engagement=EngagementFactory(member=member)))
    return measured.metric.engagement


@pytest.fixture
def funder(client, engagement):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    user = person_as(Role.FUNDER, FundingFactory(engagement=engagement).funder)
    client.force_login(user)
    return client


def page(client, engagement, coordinator):
    return client.get(reverse("impact:engagement-impact", args=[engagement.pk])).content.decode()


def list_page(client, engagement, coordinator):
    return client.get(reverse("impact:summary")).content.decode()


def api(client, engagement, coordinator):
    return json.dumps(client.get(reverse("api:impact-detail", args=[engagement.pk])).json())


def api_list(client, engagement, coordinator):
    return json.dumps(client.get(reverse("api:impact-list")).json())


def report_page(client, engagement, coordinator):
    report = publish_as_read(engagement, by=coordinator, today=timezone.localdate())
    return client.get(report.get_absolute_url()).content.decode()


def report_file(client, engagement, coordinator):
    report = publish_as_read(engagement, by=coordinator, today=timezone.localdate())
    return client.get(reverse("impact:report-file", args=[report.pk, "json"])).content.decode()


def shared(client, engagement, coordinator):
    report = publish_as_read(engagement, by=coordinator, today=timezone.localdate())
    until = timezone.localdate() + timedelta(days=9)
    _link, path = share_report(report, sent_to="x", until=until, by=coordinator, at=timezone.now())
    client.logout()
    client.post(client.get(path).url)
    answer = client.get(reverse("impact:shared-report", args=[report.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def has_number(number, text):
    """Whether the number stands there by itself; 8.5 does not in a time such as 01:41:18.569."""
    return re.search(rf"(?<![\d.]){re.escape(str(number))}(?!\d)", text) is not None


SURFACES = [page, list_page, api, api_list, report_page, report_file, shared]


@pytest.mark.parametrize("month_is_over", [True, False], ids=["over", "open"])
@pytest.mark.parametrize("people", [1, 4, 5])
@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.__name__)
def test_what_a_funder_reads(funder, engagement, coordinator, surface, people, month_is_over):
    today = timezone.localdate()
    worked(engagement, people, last_month(today) if month_is_over else today.replace(day=1))
    half_days = people * HALF_DAYS

    texts = surface(funder, engagement, coordinator)

    shown = [f'"half_days": {half_days}', f'"half_days":{half_days}', f"{half_days / 2:g} days"]
    assert any(each in texts for each in shown) == (people == 5 and month_is_over)
    assert not has_number(half_days / 2, texts) or (people == 5 and month_is_over)


def test_a_number_is_found_by_itself_alone():
    assert has_number(8.5, "gave 8.5 days")
    assert has_number(8.5, '"days":8.5}')
    assert not has_number(8.5, "2026-11-29T01:41:18.569257+00:00")


class TestRule:
    TODAY = date(2026, 7, 1)

    def test_the_first_day_of_a_month_closes_the_one_before(self, engagement):
        worked(engagement, 5, date(2026, 6, 1))

        assert given_days([engagement.pk], date(2026, 6, 30)) == {}
        assert given_days([engagement.pk], self.TODAY)[engagement.pk].half_days == 5 * HALF_DAYS

    def test_a_month_of_a_few_is_left_out_and_the_others_stay(self, engagement):
        """Else the difference of two totals would tell the days of a few."""
        worked(engagement, 5, date(2026, 5, 1))
        worked(engagement, 4, date(2026, 6, 1))

        days = given_days([engagement.pk], self.TODAY)[engagement.pk]

        assert (days.half_days, days.is_whole) == (5 * HALF_DAYS, False)

    def test_the_same_person_twice_is_one(self, engagement):
        worked(engagement, 4, date(2026, 6, 1))
        first = engagement.assignments.order_by("pk").first()
        again = AssignmentFactory(
            engagement=engagement, volunteer=first.volunteer, team_member=first.team_member
        )
        WorkDayFactory(assignment=again, day=date(2026, 6, 20))

        assert given_days([engagement.pk], self.TODAY)[engagement.pk].half_days is None

    def test_the_smallest_group_is_a_setting(self, engagement, settings):
        settings.SMALLEST_GROUP = 3
        worked(engagement, 3, date(2026, 6, 1))

        assert given_days([engagement.pk], self.TODAY)[engagement.pk].half_days == 3 * HALF_DAYS

    def test_a_portfolio_adds_what_its_engagements_tell(self, engagement, member):
        """Three here and two there are five people; each of them would be told by narrowing the portfolio."""
        worked(engagement, 5, date(2026, 6, 1))
        worked(EngagementFactory(member=member), 3, date(2026, 6, 1))
        worked(EngagementFactory(member=member), 2, date(2026, 6, 1))

        assert totals.portfolio_totals(Engagement.objects.all()).half_days == 5 * HALF_DAYS

    def test_what_a_result_takes_is_told_without_days_that_are_not_told(self, engagement):
        worked(engagement, 5, date(2026, 5, 1))
        worked(engagement, 4, date(2026, 6, 1))

        BaselineFactory(metric=engagement.metrics.get())

        (section,) = summaries.summarise([engagement], self.TODAY)

        assert section.metrics[0].effort.days_each is None

    def test_the_report_says_why(self, engagement):
        with translation.override("en"):
            assert (
                "Lent people gave"
                not in reports.contents_of(engagement, today=self.TODAY)["story"]["en"]
            )
