"""Two people in the same moment. SQLite lets one writer in at a time, so only PostgreSQL can show these."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from engagements.domain.stages import Stage
from engagements.models import (
    Dependency,
    HealthOverride,
    LeadAppointment,
    Milestone,
    Pause,
    ProgressLog,
    Signature,
)
from engagements.selectors import autonomy
from engagements.services import engagements, handover, health, leads, milestones, progress
from tests.crm.factories import ContactFactory, person_as
from tests.engagements.factories import (
    LEARNED,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
)
from tests.races import at_once, on_postgres

TODAY = date(2026, 6, 15)
TURNS = 8

pytestmark = on_postgres


def unexpected(outcomes):
    return [
        outcome
        for outcome in outcomes
        if isinstance(outcome, Exception) and not isinstance(outcome, Refused)
    ]


@pytest.fixture
def member_and_head():
    head = person_as(Role.COORDINATOR, is_head=True)
    return head.memberships.get().organisation, head


def contact_of(engagement):
    return ContactFactory(organisation=engagement.beneficiary, kept_by=engagement.member)


class TestTwoAtOnce:
    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_appointments_never_leave_two_open_leads(self, member_and_head, turn):
        member, head = member_and_head
        engagement = EngagementFactory(member=member)
        LeadAppointmentFactory(engagement=engagement)
        contacts = [contact_of(engagement) for _n in range(2)]

        outcomes = at_once(
            *(
                lambda contact=contact: leads.appoint_lead(
                    engagement,
                    leads.LeadChoice(contact=contact),
                    leads.LeadTerm(starts_on=TODAY),
                    by=head,
                )
                for contact in contacts
            )
        )

        assert unexpected(outcomes) == []
        assert sum(isinstance(outcome, LeadAppointment) for outcome in outcomes) == 1
        assert engagement.leads.filter(ends_on=None).count() == 1
        assert engagement.leads.current(TODAY).count() == 1

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_one_person_is_never_made_full_time_lead_in_two_places(self, member_and_head, turn):
        member, head = member_and_head
        first = EngagementFactory(member=member)
        second = EngagementFactory(member=member, beneficiary=first.beneficiary)
        contact = contact_of(first)

        outcomes = at_once(
            *(
                lambda engagement=engagement: leads.appoint_lead(
                    engagement,
                    leads.LeadChoice(contact=contact),
                    leads.LeadTerm(starts_on=TODAY),
                    by=head,
                )
                for engagement in (first, second)
            )
        )

        assert unexpected(outcomes) == []
        assert LeadAppointment.objects.filter(contact=contact).count() == 1

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_stage_moves_are_one_move(self, member_and_head, turn):
        member, head = member_and_head
        engagement = EngagementFactory(member=member)

        def move(to):
            return engagements.move_stage(
                engagement,
                engagements.StageMove(to=to, reason="Hurry", post_mortem=LEARNED),
                by=head,
                at=timezone.now(),
                seen=1,
            )

        outcomes = at_once(lambda: move(Stage.DESIGN), lambda: move(Stage.STOPPED))

        engagement.refresh_from_db()
        assert unexpected(outcomes) == []
        assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
        assert engagement.version == 2
        assert (engagement.stopped_on is not None) == (engagement.stage == Stage.STOPPED)

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_a_gate_is_passed_once(self, member_and_head, turn):
        member, head = member_and_head
        engagement = EngagementFactory(member=member)

        def move():
            return engagements.move_stage(
                engagement,
                engagements.StageMove(to=Stage.DESIGN, reason="Hurry"),
                by=head,
                at=timezone.now(),
            )

        outcomes = at_once(move, move)

        assert unexpected(outcomes) == []
        assert engagement.gate_passes.count() == 1

    def test_a_second_click_on_accept_is_told(self, member_and_head):
        member, head = member_and_head
        milestone = MilestoneFactory(engagement__member=member, done=True)

        def accept():
            return milestones.accept_milestone(
                Milestone.objects.get(pk=milestone.pk), seen=milestone.version, today=TODAY, by=head
            )

        outcomes = at_once(accept, accept)

        assert unexpected(outcomes) == []
        assert sum(isinstance(outcome, Milestone) for outcome in outcomes) == 1
        assert (
            milestone.history.filter(history_change_reason__isnull=False, history_type="~").count()
            == 1
        )

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_a_second_click_on_the_week_writes_no_second_week(self, member_and_head, turn):
        member, head = member_and_head
        engagement = EngagementFactory(member=member)
        monday = date(2026, 6, 8)

        def write():
            return progress.log_progress(
                engagement,
                progress.WeekLog(week=monday, done="Built it."),
                by=head,
                at=timezone.now(),
            )

        outcomes = at_once(write, write)

        assert unexpected(outcomes) == []
        assert ProgressLog.objects.count() == 1

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_of_two_who_move_one_milestone_the_second_sees_the_first(self, member_and_head, turn):
        member, head = member_and_head
        milestone = MilestoneFactory(
            engagement__member=member, planned_on=TODAY, planned_first_on=TODAY
        )
        days = [TODAY + timedelta(days=n) for n in (3, 5)]

        outcomes = at_once(
            *(
                lambda day=day: milestones.change_milestone(
                    milestone,
                    milestones.MilestonePlan(title=milestone.title, planned_on=day),
                    by=head,
                    seen=milestone.version,
                )
                for day in days
            )
        )

        assert sum(isinstance(outcome, Stale) for outcome in outcomes) == 1
        milestone.refresh_from_db()
        assert milestone.planned_on in days
        assert milestone.version == 2
        assert milestone.planned_first_on == TODAY

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_opposite_dependencies_never_close_a_loop(self, member_and_head, turn):
        member, head = member_and_head
        one = MilestoneFactory(engagement__member=member)
        other = MilestoneFactory(engagement=one.engagement)

        outcomes = at_once(
            *(
                lambda first=first, second=second: milestones.change_milestone(
                    first,
                    milestones.MilestonePlan(
                        title=first.title, planned_on=first.planned_on, after=[second]
                    ),
                    by=head,
                )
                for first, second in ((one, other), (other, one))
            )
        )

        assert unexpected(outcomes) == []
        assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
        assert Dependency.objects.count() == 1

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_overlapping_pauses_are_one(self, member_and_head, turn):
        member, head = member_and_head
        engagement = EngagementFactory(member=member, started_on=TODAY)

        outcomes = at_once(
            *(
                lambda n=n: health.pause_engagement(
                    engagement,
                    starts_on=TODAY + timedelta(days=n),
                    ends_on=TODAY + timedelta(days=9),
                    reason="Break",
                    by=head,
                )
                for n in (1, 2)
            )
        )

        assert unexpected(outcomes) == []
        assert Pause.objects.count() == 1

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_who_set_the_health_leave_one_in_force(self, member_and_head, turn):
        member, head = member_and_head
        engagement, now = EngagementFactory(member=member), timezone.now()
        until = timezone.localdate(now) + timedelta(days=9)

        outcomes = at_once(
            *(
                lambda level=level: health.override_health(
                    engagement,
                    health.HandSetLevel(level=level, reason="Seen", until=until),
                    by=head,
                    at=now,
                )
                for level in ("good", "act")
            )
        )

        assert unexpected(outcomes) == []
        assert HealthOverride.objects.filter(ended_at=None).count() == 1

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_a_second_click_on_the_signature_signs_once(self, member_and_head, turn):
        member, head = member_and_head
        engagement = EngagementFactory(member=member, stage=Stage.HANDOVER)
        word = handover.SignedWord("handover", "member", agrees=True, name="Camille")
        seen = autonomy.seal_of(engagement)

        outcomes = at_once(
            *[lambda: handover.sign(engagement, word, by=head, at=timezone.now(), seen=seen)] * 2
        )

        assert unexpected(outcomes) == []
        assert Signature.objects.count() == 1
