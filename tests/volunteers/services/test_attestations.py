"""An attestation is issued of what was confirmed, frozen as it was, and revoked with a reason."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from crm.domain.refusals import Refused
from tests.engagements.factories import MilestoneFactory
from tests.volunteers.attested import TODAY, ends_in_june, issue
from tests.volunteers.factories import AttestationFactory, SkillFactory, StaffingNeedFactory
from volunteers.models import Attestation, VolunteerSkill, WorkDay
from volunteers.selectors import attestations
from volunteers.services.attestations import revoke_attestation

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(member, coordinator):
    return ends_in_june(member, coordinator)


class TestIssuing:
    def test_counts_the_days_that_the_lead_has_confirmed_and_no_other(self, assignment):
        assert attestations.half_days_of(assignment) == (4, 2)
        assert issue(assignment).contents["half_days"] == 4

    def test_names_what_was_chosen(self, assignment):
        skill = SkillFactory(name_en="Python")
        milestone = MilestoneFactory(engagement=assignment.engagement, title="Pilot", accepted=True)
        issued = issue(assignment, milestones=[milestone], skills=[skill])

        assert issued.contents["milestones"] == [["Pilot", milestone.accepted_on.isoformat()]]
        assert issued.contents["skills"] == ["Python"]

    def test_is_frozen_whatever_changes_afterwards(self, assignment):
        issued = issue(assignment)
        before = (issued.contents, issued.checksum)
        assignment.volunteer.user.full_name = "Somebody else"
        assignment.volunteer.user.save()
        WorkDay.objects.all().delete()

        issued.refresh_from_db()
        assert (issued.contents, issued.checksum) == before
        assert issued.contents["person"] == "Inès “Zoé” O'Brien 🎉"
        assert attestations.is_intact(issued)

    def test_a_changed_figure_no_longer_matches_its_checksum(self, assignment):
        issued = issue(assignment)
        issued.contents["half_days"] = 400

        assert not attestations.is_intact(issued)

    def test_numbers_follow_each_other_within_a_member_and_codes_cannot_be_guessed(
        self, assignment
    ):
        first = issue(assignment)
        revoke_attestation(first, reason="A day was missing.", by=first.issued_by, today=TODAY)
        second = issue(assignment)

        series = f"A2026-{assignment.engagement.member_id}-"
        assert [first.number, second.number] == [f"{series}0001", f"{series}0002"]
        assert first.code != second.code
        assert re.fullmatch(r"[\w-]{43}", second.code)

    def test_one_stands_at_a_time(self, assignment):
        issue(assignment)

        with pytest.raises(Refused, match="revoke it before"):
            issue(assignment)
        with pytest.raises(IntegrityError), transaction.atomic():
            AttestationFactory(assignment=assignment)

    @pytest.mark.parametrize(
        ("before", "refused"), [(15, True), (14, False), (0, False), (-90, False)]
    )
    def test_from_a_fortnight_before_the_end(self, assignment, before, refused):
        today = TODAY - timedelta(days=before)
        if refused:
            with pytest.raises(Refused, match="fortnight"):
                issue(assignment, today=today)
        else:
            assert (
                issue(assignment, today=today).contents["last_day"] == min(today, TODAY).isoformat()
            )

    def test_without_a_confirmed_day_there_is_nothing_to_attest(self, assignment):
        assignment.month_sheets.all().delete()

        with pytest.raises(Refused, match="nothing to attest"):
            issue(assignment)

    def test_proposes_what_was_accepted_during_the_assignment_and_the_skills_looked_for(
        self, assignment
    ):
        during = MilestoneFactory(engagement=assignment.engagement, accepted=True)
        MilestoneFactory(engagement=assignment.engagement)
        needed, other, wish = SkillFactory.create_batch(3)
        for skill, level in ((needed, 2), (other, 2), (wish, VolunteerSkill.Level.WISH)):
            VolunteerSkill.objects.create(volunteer=assignment.volunteer, skill=skill, level=level)
        for skill in (needed, wish):
            StaffingNeedFactory(engagement=assignment.engagement, skill=skill)

        assert list(attestations.milestones_of(assignment)) == [during]
        assert set(attestations.skills_of(assignment)) == {needed, other}
        assert list(attestations.needed_skills_of(assignment)) == [needed]


class TestRevoking:
    def test_says_who_and_why_once(self, assignment):
        issued = issue(assignment)
        revoke_attestation(issued, reason="Wrong days.", by=issued.issued_by, today=TODAY)

        issued.refresh_from_db()
        assert (issued.revoked_on, issued.revoked_why) == (TODAY, "Wrong days.")
        assert issued.history.count() == 2
        with pytest.raises(Refused):
            revoke_attestation(issued, reason="Again", by=issued.issued_by, today=TODAY)

    def test_the_database_wants_a_reason(self, assignment):
        issued = issue(assignment)
        with pytest.raises(IntegrityError), transaction.atomic():
            Attestation.objects.filter(pk=issued.pk).update(revoked_on=TODAY)
