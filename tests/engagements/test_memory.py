"""The engagement as it was, what changed since, and what the history costs."""

import time
from datetime import date, datetime, timedelta
from datetime import time as clock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.audit import write
from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import ReferenceFigure
from engagements.domain.stages import Stage
from engagements.models import Engagement, GatePass, Milestone
from engagements.selectors import as_of, changes
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
from tests.impact.factories import IndicatorFactory

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


def long_ago():
    return today() - timedelta(days=40)


def at(day, hour=12):
    return timezone.make_aware(datetime.combine(day, clock(hour)))


def written(model, day, **of):
    """Put the history rows of a row on a day."""
    model.history.filter(**of).update(history_date=at(day))


@pytest.fixture
def page(client, coordinator):
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


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


def url(name, engagement):
    return reverse(f"engagements:{name}", args=[engagement.pk])


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


class TestChanges:
    def test_tells_by_how_much_a_milestone_moved_who_and_why(self, engagement, coordinator):
        milestone = MilestoneFactory(engagement=engagement, title="Beta", planned_first_on=today())
        written(Milestone, long_ago(), id=milestone.pk)
        milestones.change_milestone(
            milestone,
            milestones.MilestonePlan(title="Beta", planned_on=today() + timedelta(days=12)),
            why="Server late",
            by=coordinator,
        )

        change, *others = changes.changes_of([engagement.pk], at(long_ago() + timedelta(days=1)))

        assert (change.subject, change.moved, change.entry.why) == ("Beta", 12, "Server late")
        assert (change.entry.by, others) == (coordinator, [])

    def test_gates_that_were_passed_are_told(self, engagement):
        head = person_as(Role.ADMINISTRATOR)
        engagements.move_stage(
            engagement,
            engagements.StageMove(to=Stage.DESIGN, reason="She comes on Monday."),
            by=head,
            at=timezone.now(),
        )

        rows = changes.changes_of([engagement.pk], at(today(), 0))

        assert GatePass.objects.get().sentence in {change.subject for change in rows}
        assert any("She comes on Monday." in str(change.entry.why) for change in rows)

    def test_the_list_holds_what_changed_the_latest_first_and_nothing_foreign(
        self, page, engagement, member
    ):
        quiet, late = EngagementFactory(member=member), EngagementFactory(member=member)
        EngagementFactory(title="Foreign")
        written(Engagement, today() - timedelta(days=3), id=engagement.pk)
        written(Engagement, today() - timedelta(days=400), id=quiet.pk)

        response = page.get(reverse("engagements:changes"), {"since": today() - timedelta(days=5)})

        assert [one.pk for one, _told, _more in response.context_data["groups"]] == [
            late.pk,
            engagement.pk,
        ]

    def test_pages_follow_each_other(self, page, member):
        for _n in range(25):
            EngagementFactory(member=member)
        first = page.get(reverse("engagements:changes")).context_data
        second = page.get(reverse("engagements:changes") + first["page"].next).context_data

        keys = [one.pk for context in (first, second) for one, _told, _more in context["groups"]]
        assert (len(keys), len(set(keys))) == (25, 25)

    @pytest.mark.parametrize("size", [2, 12])
    def test_queries_do_not_grow(self, page, member, size, django_assert_num_queries):
        for _n in range(size):
            engagement = EngagementFactory(member=member)
            for factory in (
                MilestoneFactory,
                BlockerFactory,
                SolutionFactory,
                RiskFactory,
                LeadAppointmentFactory,
            ):
                factory(engagement=engagement).save()
        page.get(reverse("engagements:changes"))

        with django_assert_num_queries(20):
            page.get(reverse("engagements:changes"))
        with django_assert_num_queries(12):
            page.get(url("engagement-changes", engagement))

    def test_a_long_history_is_read_page_by_page(self, page, engagement):
        for n in range(230):
            milestone = MilestoneFactory(engagement=engagement)
            Milestone.history.filter(id=milestone.pk).update(
                history_date=at(long_ago()) + timedelta(minutes=n)
            )

        seen, address = 0, url("engagement-changes", engagement)
        while address:
            context = page.get(address).context_data
            seen += len(context["changes"])
            older = context["older"]
            address = older and url(
                "engagement-changes", engagement
            ) + "?until=" + older.isoformat().replace("+", "%2B")

        assert seen == 231

    @pytest.mark.parametrize("since", ["x", "9999-12-31", "tomorrow"])
    def test_days_that_make_no_sense_are_refused(self, page, engagement, since):
        since = str(today() + timedelta(days=1)) if since == "tomorrow" else since
        assert page.get(reverse("engagements:changes"), {"since": since}).status_code == 422
        assert page.get(url("engagement-changes", engagement), {"since": since}).status_code == 422

    def test_a_changed_definition_is_told(self, page, engagement):
        figure = ReferenceFigure.objects.create(
            key="cap",
            name="Cap",
            value=1,
            unit="euros",
            valid_from="2026-01-01",
            source="law",
            confidence="high",
        )
        indicator = IndicatorFactory()
        for row, column, value in (
            (figure, "value", 2),
            (indicator, "name_en", "Silently renamed"),
        ):
            setattr(row, column, value)
            write.save(row, by=None, why="Corrected")

        text = page.get(reverse("engagements:changes")).content.decode()

        assert "Cap" in text
        assert "Silently renamed" in text

    def test_what_is_only_new_changes_no_definition(self):
        IndicatorFactory()

        assert changes.definitions_changed([type(IndicatorFactory())], at(today(), 0)) == []
