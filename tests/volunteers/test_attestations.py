import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory, MilestoneFactory
from tests.volunteers.factories import (
    AssignmentFactory,
    AttestationFactory,
    MonthSheetFactory,
    SkillFactory,
    StaffingNeedFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from volunteers.models import Attestation, VolunteerSkill, WorkDay
from volunteers.selectors import attestations
from volunteers.services.attestations import issue_attestation, revoke_attestation

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 30)


@pytest.fixture
def assignment(member, coordinator):
    assignment = AssignmentFactory(
        volunteer__user__full_name="Inès “Zoé” O'Brien 🎉",
        engagement=EngagementFactory(
            member=member, coordinator=coordinator, title="Job <platform>"
        ),
        ends_on=TODAY,
    )
    for day in (date(2026, 5, 4), date(2026, 5, 5), date(2026, 6, 1)):
        WorkDayFactory(assignment=assignment, day=day, half_days=2)
    MonthSheetFactory(assignment=assignment, month=date(2026, 5, 1), is_confirmed=True)
    return assignment


def issue(assignment, *, today=TODAY, seen=None, **changed):
    answers = {
        "signer": "Rose Martin",
        "function": "Director",
        "language": "en",
        "milestones": [],
        "skills": [],
    }
    return issue_attestation(
        assignment,
        attestations.AttestationAnswers(**answers | changed),
        by=assignment.engagement.coordinator,
        today=today,
        seen=attestations.seal_of(assignment) if seen is None else seen,
    )


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


class TestThePages:
    @pytest.fixture
    def ending(self, assignment):
        today = timezone.localdate()
        type(assignment).objects.filter(pk=assignment.pk).update(ends_on=today)
        assignment.refresh_from_db()
        return assignment

    def test_issued_by_the_coordinator_and_found_by_the_person(self, client, ending, coordinator):
        client.force_login(coordinator)
        url = reverse("volunteers:attestation-create", args=[ending.pk])
        assert "Left out" in client.get(url, headers={"accept-language": "en"}).content.decode()
        typed = {
            "signer": "Rose",
            "function": "Director",
            "language": "fr",
            "seen": attestations.seal_of(ending),
        }
        response = client.post(url, typed)
        issued = Attestation.objects.get()
        assert response["Location"] == issued.get_absolute_url()
        assert client.post(url, typed).status_code == 422

        client.force_login(ending.volunteer.user)
        page = client.get(reverse("volunteers:volunteer-detail", args=[ending.volunteer_id]))
        assert issued.get_absolute_url() in page.content.decode()

    def test_what_was_typed_is_kept_where_something_is_missing(self, client, ending, coordinator):
        client.force_login(coordinator)
        url = reverse("volunteers:attestation-create", args=[ending.pk])
        response = client.post(url, {"signer": "Rose ‘R’ Martin", "function": "", "language": "fr"})

        assert response.status_code == 422
        assert "Rose ‘R’ Martin" in response.content.decode()

    def test_the_paper_is_a_pdf_with_the_same_bytes_twice(self, client, ending, coordinator):
        issued = issue(ending, today=timezone.localdate())
        client.force_login(ending.volunteer.user)
        first, second = (
            client.get(reverse("volunteers:attestation-pdf", args=[issued.pk])).content
            for _n in "ab"
        )

        assert first.startswith(b"%PDF")
        assert first == second

    @pytest.mark.parametrize("size", [1, 6])
    def test_the_persons_page_asks_the_same_number_of_questions(
        self, client, size, member, coordinator, django_assert_num_queries
    ):
        volunteer = VolunteerFactory(member=member)
        for _n in range(size):
            AttestationFactory(
                assignment__volunteer=volunteer,
                assignment__days_a_week=1,
                assignment__engagement__member=member,
            )
        client.force_login(coordinator)
        url = reverse("volunteers:volunteer-detail", args=[volunteer.pk])
        client.get(url)
        with django_assert_num_queries(14):
            client.get(url)

    def test_the_sponsor_and_the_lead_have_none(self, assignment):
        issue(assignment)
        for user in (
            person_as("sponsor", assignment.volunteer.sponsor),
            person_as("lead", assignment.engagement.beneficiary),
            person_as("coordinator"),
            UserFactory(),
        ):
            assert not Attestation.objects.visible_to(user).exists()


class TestThePublicPage:
    def check(self, client, code):
        return client.get(
            reverse("volunteers:attestation-check", args=[code]), headers={"accept-language": "en"}
        )

    def test_shows_what_the_paper_says_without_an_account_and_writes_nothing(
        self, client, assignment, django_assert_num_queries
    ):
        issued = issue(assignment)
        with django_assert_num_queries(1):
            page = self.check(client, issued.code)

        text = page.content.decode()
        assert "genuine, and it stands" in text
        assert "Job &lt;platform&gt;" in text
        assert (page["X-Robots-Tag"], "no-store" in page["Cache-Control"]) == ("noindex", True)

    def test_a_revoked_one_says_so_and_neither_why_nor_what(self, client, assignment):
        issued = issue(assignment)
        revoke_attestation(issued, reason="Secret quarrel", by=issued.issued_by, today=TODAY)

        text = self.check(client, issued.code).content.decode()
        assert "was revoked" in text
        assert "Secret quarrel" not in text
        assert "Rose Martin" not in text

    def test_a_tampered_row_is_told(self, client, assignment):
        issued = issue(assignment)
        Attestation.objects.update(contents=issued.contents | {"half_days": 400})

        assert "do not match" in self.check(client, issued.code).content.decode()

    @pytest.mark.parametrize("code", ["x", "a" * 43, "a" * 400])
    def test_an_unknown_code_is_as_if_missing(self, client, assignment, code):
        issue(assignment)

        assert self.check(client, code).status_code == 404
