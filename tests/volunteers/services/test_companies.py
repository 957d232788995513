"""A lent person changes company: missions, months, notes and roles go along, and what is signed stands in the way."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from crm.domain.refusals import Refused, Stale, by_field
from crm.domain.roles import Role
from crm.models import Membership
from tests.crm.factories import OrganisationFactory, UserFactory
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AssignmentFactory,
    DayDisagreementFactory,
    MonthSheetFactory,
    RelayNoteFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from volunteers.models import Assignment, DayDisagreement, FormerCompany, MonthSheet, WorkDay
from volunteers.selectors.companies import company_on, periods_of
from volunteers.services import assignments, companies, months, relay

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 20)
ON = date(2026, 7, 6)


@pytest.fixture
def old():
    return OrganisationFactory(sponsor=True, name="Ancienne")


@pytest.fixture
def new():
    return OrganisationFactory(sponsor=True, name="Nouvelle")


@pytest.fixture
def volunteer(member, old):
    return VolunteerFactory(member=member, sponsor=old, user__full_name="Léa Dupont")


@pytest.fixture
def assignment(volunteer, member):
    return AssignmentFactory(
        volunteer=volunteer, engagement=EngagementFactory(member=member), days_a_week=Decimal(2)
    )


@pytest.fixture
def change(volunteer, new, administrator):
    def change(**given):
        given = {"to": new, "on": ON, "by": administrator, "today": TODAY} | given
        return companies.change_company(volunteer, **given)

    return change


def refusal(act):
    with pytest.raises(Refused) as refused:
        act()
    return by_field(refused.value)


def locked(assignment, month, days):
    for day in days:
        WorkDayFactory(assignment=assignment, day=month.replace(day=day))
    return MonthSheetFactory(assignment=assignment, month=month, is_locked=True)


class TestTheAssignment:
    def test_is_cut_and_goes_on_under_the_new_company(self, assignment, old, new, change):
        change()

        before, after = Assignment.objects.order_by("starts_on")
        assert (before.sponsor, before.ends_on) == (old, date(2026, 7, 5))
        assert (after.sponsor, after.starts_on, after.ends_on) == (new, ON, assignment.ends_on)
        assert (after.role, after.days_a_week, after.confirmed_on) == (
            assignment.role,
            2,
            assignment.confirmed_on,
        )
        assert after.team_member == before.team_member
        assert "Ancienne, then Nouvelle" in str(before.history.first().history_change_reason)

    def test_one_that_is_to_come_changes_company_and_one_that_is_over_does_not(
        self, volunteer, old, new, change
    ):
        over = AssignmentFactory(volunteer=volunteer, ends_on=date(2026, 3, 1))
        to_come = AssignmentFactory(volunteer=volunteer, starts_on=date(2026, 9, 1))

        change()

        assert [Assignment.objects.get(pk=each.pk).sponsor for each in (over, to_come)] == [
            old,
            new,
        ]
        assert Assignment.objects.count() == 2

    def test_days_logged_since_are_the_new_company_s_and_wait_to_be_confirmed(
        self, assignment, change, old, new
    ):
        for day in (date(2026, 7, 2), date(2026, 7, 9)):
            WorkDayFactory(assignment=assignment, day=day)
        MonthSheetFactory(assignment=assignment, month=date(2026, 7, 1))

        change()

        found = dict(WorkDay.objects.values_list("day", "assignment__sponsor__name"))
        assert found == {date(2026, 7, 2): "Ancienne", date(2026, 7, 9): "Nouvelle"}
        states = MonthSheet.objects.values_list("month", "state", "assignment__sponsor__name")
        assert set(states) == {
            (date(2026, 7, 1), "logged", name) for name in ("Ancienne", "Nouvelle")
        }

    def test_what_somebody_confirmed_as_work_for_the_old_company_stands_in_the_way(
        self, assignment, change
    ):
        locked(assignment, date(2026, 7, 1), [9])

        assert refusal(change) == {
            "on": [
                "Days from this day on are confirmed or disputed already: July 2026. Settle them first."
            ]
        }
        assert not FormerCompany.objects.exists()

    def test_a_dispute_stands_in_the_way_until_it_is_settled(self, assignment, change):
        WorkDayFactory(assignment=assignment, day=date(2026, 7, 9))
        sheet = MonthSheetFactory(assignment=assignment, month=date(2026, 7, 1))
        dispute = DayDisagreementFactory(sheet=sheet, day=date(2026, 7, 9))
        assert "disputed already" in refusal(change)["on"][0]

        months.settle(dispute, by=UserFactory(), at=datetime(2026, 7, 10, tzinfo=UTC))
        change()

        assert WorkDay.objects.get().assignment.sponsor.name == "Nouvelle"
        assert DayDisagreement.objects.get().sheet == sheet

    def test_confirmed_days_before_the_change_stand_in_no_way(self, assignment, change):
        locked(assignment, date(2026, 6, 1), [9])

        change()

        assert Assignment.objects.count() == 2

    def test_a_relay_note_goes_with_who_leaves_at_the_end(self, assignment, change):
        note = RelayNoteFactory(assignment=assignment)

        change()

        note.refresh_from_db()
        assert note.assignment == Assignment.objects.latest("starts_on")

    def test_no_later_assignment_spans_two_companies(
        self, volunteer, assignment, change, administrator
    ):
        change()

        def assign(ends_on):
            terms = assignments.AssignmentTerms(
                role="Developer",
                starts_on=date(2026, 6, 1),
                ends_on=ends_on,
                days_a_week=Decimal(1),
            )
            return assignments.assign(
                volunteer, EngagementFactory(), terms, by=administrator, today=TODAY
            )

        messages = refusal(lambda: assign(date(2026, 8, 1)))
        past = assign(date(2026, 7, 5))

        assert list(messages) == ["ends_on"]
        assert past.sponsor.name == "Ancienne"
        cut = Assignment.objects.earliest("starts_on")
        assert list(
            refusal(lambda: relay.extend(cut, ends_on=date(2026, 8, 1), by=administrator))
        ) == ["ends_on"]


class TestThePerson:
    def test_has_one_company_on_each_day(self, volunteer, old, new, change, administrator):
        third = OrganisationFactory(sponsor=True, name="Troisième")
        change(on=date(2026, 3, 2))
        companies.change_company(volunteer, to=third, on=ON, by=administrator, today=TODAY)
        volunteer.refresh_from_db()

        days = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 7, 5), ON, date(2030, 1, 1)]
        assert [company_on(volunteer, day) for day in days] == [
            old.pk,
            new.pk,
            new.pk,
            third.pk,
            third.pk,
        ]
        assert [(each.sponsor, each.first, each.last) for each in periods_of(volunteer)] == [
            (old, None, date(2026, 3, 1)),
            (new, date(2026, 3, 2), date(2026, 7, 5)),
            (third, ON, None),
        ]

    def test_comes_back_to_a_company(self, volunteer, old, new, change, administrator):
        change(on=date(2026, 3, 2))
        companies.change_company(volunteer, to=old, on=ON, by=administrator, today=TODAY)
        volunteer.refresh_from_db()

        assert [company_on(volunteer, day) for day in (date(2026, 1, 1), date(2026, 4, 1), ON)] == [
            old.pk,
            new.pk,
            old.pk,
        ]

    def test_role_follows(self, volunteer, old, new, change):
        change()

        held = Membership.objects.current().filter(user=volunteer.user)
        assert list(held.values_list("organisation", "role", "started_on")) == [
            (new.pk, Role.VOLUNTEER, ON)
        ]
        assert Membership.objects.get(organisation=old).ended_on is not None

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            (lambda old, other: {"to": old}, "to"),
            (lambda old, other: {"to": other}, "to"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, change, old, given, field):
        assert list(refusal(lambda: change(**given(old, OrganisationFactory())))) == [field]

    def test_a_second_click_and_a_stale_page_change_nothing(self, volunteer, assignment, change):
        seen = volunteer.version
        change(seen=seen)

        with pytest.raises(Stale):
            change(seen=seen)
        assert Assignment.objects.count() == 2

    def test_an_earlier_day_than_the_last_change_is_refused(
        self, volunteer, old, change, administrator
    ):
        change()

        messages = refusal(
            lambda: companies.change_company(
                volunteer, to=old, on=ON, by=administrator, today=TODAY
            )
        )

        assert list(messages) == ["on"]

    def test_the_database_keeps_one_company_a_day(self, volunteer, old, new):
        FormerCompany.objects.create(volunteer=volunteer, sponsor=old, ended_on=ON)

        with pytest.raises(IntegrityError), transaction.atomic():
            FormerCompany.objects.create(volunteer=volunteer, sponsor=new, ended_on=ON)
