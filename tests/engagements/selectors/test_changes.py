"""What changed since a day, in engagements and in definitions."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.audit import write
from crm.domain.roles import Role
from crm.models import ReferenceFigure
from engagements.domain.stages import Stage
from engagements.models import Engagement, GatePass, Milestone
from engagements.selectors import changes
from engagements.services import engagements, milestones
from tests.crm.factories import person_as
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    RiskFactory,
    SolutionFactory,
)
from tests.engagements.past import at, long_ago, today, url, written
from tests.impact.factories import IndicatorFactory

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
