"""An engagement as it was on a day."""

import time
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from engagements.domain.stages import Stage
from engagements.models import Engagement, Milestone
from engagements.selectors import as_of
from engagements.services import engagements, leads, milestones
from tests.crm.factories import person_as
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    ProgressLogFactory,
    RiskFactory,
    SolutionFactory,
)
from tests.engagements.past import at, long_ago, today, url, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member, coordinator):
    engagement = EngagementFactory(
        member=member,
        coordinator=coordinator,
        title="Before",
        started_on=long_ago() - timedelta(days=20),
    )
    written(Engagement, long_ago() - timedelta(days=20), id=engagement.pk)
    return engagement


class TestAsOf:
    def test_stands_as_it_stood_and_not_as_it_stands(self, engagement, coordinator):
        milestone = MilestoneFactory(engagement=engagement, planned_first_on=today())
        lead = LeadAppointmentFactory(engagement=engagement, starts_on=engagement.started_on)
        for model, row in ((Milestone, milestone), (type(lead), lead)):
            written(model, long_ago(), id=row.pk)
        milestones.change_milestone(
            milestone,
            milestones.MilestonePlan(title="Moved", planned_on=today() + timedelta(days=9)),
            by=coordinator,
        )
        leads.end_lead(lead, ends_on=long_ago() + timedelta(days=1), by=coordinator)
        engagements.move_stage(
            engagement,
            engagements.StageMove(to=Stage.DESIGN, reason="Now."),
            by=person_as(Role.ADMINISTRATOR),
            at=timezone.now(),
        )

        then, now = (
            as_of.engagement_as_of(engagement, long_ago(), today()),
            as_of.engagement_as_of(engagement, today(), today()),
        )

        assert (then.engagement.stage, now.engagement.stage) == ("scoping", "design")
        assert (then.milestones[0].slip, now.milestones[0].slip) == (0, 9)
        assert (then.lead.contact, now.lead) == (lead.contact, None)

    @pytest.mark.parametrize("size", [1, 5])
    def test_the_past_in_the_api_bears_no_mark_of_today_and_asks_for_none(
        self, page, engagement, size, django_assert_num_queries
    ):
        """Given back as `seen`, it would pass for what stands there today."""
        LeadAppointmentFactory(engagement=engagement)
        for _n in range(size):
            BlockerFactory(engagement=engagement)
        address = f"/api/v1/engagements/{engagement.pk}/as-of/?on={today()}"
        page.get(address)

        with django_assert_num_queries(12):
            past = page.get(address).json()

        assert (len(past["blockers"]), past["lead"] is not None) == (size, True)
        assert not {"mark"} & {*past["lead"], *past["blockers"][0]}

    def test_a_row_removed_since_is_there_and_one_removed_before_is_not(
        self, engagement, coordinator
    ):
        early, late = (
            MilestoneFactory(engagement=engagement),
            MilestoneFactory(engagement=engagement),
        )
        for milestone in (early, late):
            key = milestone.pk
            milestones.remove_milestone(milestone, by=coordinator, why="Twice")
            written(Milestone, long_ago() - timedelta(days=2), id=key, history_type="+")
        written(Milestone, long_ago() - timedelta(days=1), id=early.pk, history_type="-")

        assert [
            milestone.title
            for milestone in as_of.engagement_as_of(engagement, long_ago(), today()).milestones
        ] == [late.title]

    def test_a_day_ends_at_midnight_of_the_reader(self, engagement):
        milestone = MilestoneFactory(engagement=engagement)
        Milestone.history.filter(id=milestone.pk).update(
            history_date=at(long_ago(), 23) + timedelta(minutes=59)
        )

        assert as_of.engagement_as_of(engagement, long_ago(), today()).milestones
        assert not as_of.engagement_as_of(
            engagement, long_ago() - timedelta(days=1), today()
        ).milestones

    @pytest.mark.parametrize("days", [1, -61])
    def test_the_future_and_the_time_before_are_refused_in_words(self, page, engagement, days):
        on = today() + timedelta(days=days)
        with pytest.raises(Refused):
            as_of.engagement_as_of(engagement, on, today())
        assert page.get(url("engagement-as-of", engagement), {"on": on}).status_code == 422

    @pytest.mark.parametrize("on", ["x", "0001-01-01", "9999-12-31", "2026-02-30"])
    def test_nonsense_is_refused_too(self, page, engagement, on):
        assert page.get(url("engagement-as-of", engagement), {"on": on}).status_code == 422
        assert (
            page.get(f"/api/v1/engagements/{engagement.pk}/as-of/", {"on": on}).status_code == 400
        )

    def test_says_that_it_is_not_today(self, page, engagement):
        text = page.get(url("engagement-as-of", engagement), {"on": long_ago()}).content.decode()

        assert "This is how it stood on" in text
        assert engagement.get_absolute_url() in text

    @pytest.mark.parametrize("size", [2, 125])
    def test_costs_the_same_however_long_the_history(self, page, engagement, size):
        author = person_as(Role.VOLUNTEER)
        for week in range(size):
            LeadAppointmentFactory(
                engagement=engagement,
                starts_on=date(2020, 1, 6) + timedelta(weeks=week),
                ends_on=date(2020, 1, 10) + timedelta(weeks=week),
            )
            ProgressLogFactory(
                engagement=engagement, author=author, week=date(2020, 1, 6) + timedelta(weeks=week)
            )
            for factory in (MilestoneFactory, BlockerFactory, SolutionFactory, RiskFactory):
                factory(engagement=engagement).save()
        page.get(url("engagement-as-of", engagement))

        with CaptureQueriesContext(connection) as queries:
            begun = time.perf_counter()
            page.get(url("engagement-as-of", engagement))
            took = time.perf_counter() - begun

        assert len(queries) == 12
        assert took < 2
