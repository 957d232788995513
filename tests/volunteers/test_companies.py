"""A lent person changes company: the old days stay the old company's, the new ones are the new company's alone."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from crm.audit.write import mark_of
from crm.domain.refusals import Refused, Stale, by_field
from crm.domain.roles import Role
from crm.models import Membership, Organisation, User
from tests.api_client import ReadingBrowser, ReadingClient
from tests.crm.factories import OrganisationFactory, UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.migrations import one_by_one
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    DayDisagreementFactory,
    EmployerCostFactory,
    MonthSheetFactory,
    RelayNoteFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from volunteers.domain.valuation import year_of
from volunteers.gates import assignments_to_do
from volunteers.models import (
    Assignment,
    ComingCompany,
    DayDisagreement,
    EmployerCost,
    FormerCompany,
    MonthSheet,
    SponsorshipAgreement,
    Volunteer,
    WorkDay,
)
from volunteers.permissions import side_of
from volunteers.selectors import attestations
from volunteers.selectors.companies import company_on, periods_of
from volunteers.selectors.estimations import assignments_of
from volunteers.selectors.statements import pairs_of, statement_of
from volunteers.services import agreements, assignments, companies, costs, months, relay

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 20)
ON = date(2026, 7, 6)
YEAR = year_of(2026)


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


class TestWhatIsPast:
    @pytest.fixture
    def contacts(self, old, new):
        return person_as(Role.SPONSOR, old), person_as(Role.SPONSOR, new)

    @pytest.fixture
    def changed(self, assignment, change, administrator):
        """Four half-days of June for the old company, two of July for the new one."""
        locked(assignment, date(2026, 6, 1), [9, 10])
        change()
        locked(Assignment.objects.latest("starts_on"), date(2026, 7, 1), [9])

    def test_each_company_reads_its_own_days_months_and_assignments(self, changed, contacts):
        for contact, name, day in zip(
            contacts, ("Ancienne", "Nouvelle"), (date(2026, 6, 9), date(2026, 7, 9)), strict=True
        ):
            days = WorkDay.objects.visible_to(contact)
            assert (days.earliest("day").day, {each.assignment.sponsor.name for each in days}) == (
                day,
                {name},
            )
            assert MonthSheet.objects.visible_to(contact).get().assignment.sponsor.name == name
            assert Assignment.objects.visible_to(contact).get().sponsor.name == name

    def test_each_statement_holds_its_own_days(self, changed, contacts, old, new, member):
        call_command("loadreference")
        found = [
            statement_of(company, member, YEAR, user=contact, today=TODAY)
            for company, contact in zip((old, new), contacts, strict=True)
        ]

        assert [each.half_days for each in found] == [4, 2]
        assert [pairs_of(contact) for contact in contacts] == [[(old, member)], [(new, member)]]
        assert statement_of(old, member, YEAR, user=contacts[1], today=TODAY).lines == ()

    def test_costs_stay_and_each_company_enters_its_own(
        self, volunteer, assignment, change, contacts, old, new
    ):
        EmployerCostFactory(volunteer=volunteer)
        change()
        facts = {"remuneration": Decimal(50_000), "charges": Decimal(1), "share": Decimal(100)}
        dates = {"starts_on": ON, "ends_on": date(2026, 12, 31)}

        costs.enter_cost(volunteer, **dates, **facts, by=contacts[1])
        messages = refusal(lambda: costs.enter_cost(volunteer, **dates, **facts, by=contacts[0]))

        assert list(messages) == ["starts_on"]
        assert [EmployerCost.objects.visible_to(contact).get().sponsor for contact in contacts] == [
            old,
            new,
        ]

    def test_the_old_company_opens_the_person_s_page_no_more(
        self, client, volunteer, changed, contacts
    ):
        address = reverse("volunteers:volunteer-detail", args=[volunteer.pk])
        answers = []
        for contact in contacts:
            client.force_login(contact)
            answers.append(client.get(address))

        assert [answer.status_code for answer in answers] == [404, 200]
        assert "Ancienne" not in answers[1].content.decode()

    def test_the_lists_name_the_company_of_the_day(self, client, changed, administrator):
        client.force_login(administrator)
        pages = [
            client.get(reverse("volunteers:month-list"), {"month": month}).content.decode()
            for month in ("2026-06", "2026-07")
        ]

        assert ["Ancienne" in page for page in pages] == [True, False]
        assert ["Nouvelle" in page for page in pages] == [False, True]

    def test_an_attestation_names_the_company_of_its_assignment(self, changed):
        assignment = Assignment.objects.earliest("starts_on")
        facts = {
            "signer": "R",
            "function": "D",
            "language": "fr",
            "milestones": [],
            "skills": [],
        }

        answers = attestations.AttestationAnswers(**facts)
        contents = attestations.contents_of(assignment, answers, number="1", today=TODAY)
        assert contents["company"] == "Ancienne"

    def test_an_agreement_that_runs_ends_and_a_past_one_stays(self, volunteer, assignment, change):
        signed = {
            "sponsor_signatory": "A",
            "sponsor_signed_on": ON,
            "host_signatory": "B",
            "host_signed_on": ON,
        }
        past = AgreementFactory(volunteer=volunteer, ends_on=date(2026, 3, 1), **signed)
        running = AgreementFactory(volunteer=volunteer, starts_on=date(2026, 3, 2), **signed)

        change()

        past.refresh_from_db()
        running.refresh_from_db()
        assert (past.ended_on, running.last_day, running.sponsor.name) == (
            None,
            date(2026, 7, 5),
            "Ancienne",
        )
        assert "then Nouvelle" in str(running.end_reason)

    def test_an_agreement_is_written_with_the_company_of_its_first_day(
        self, volunteer, old, new, change, administrator
    ):
        change()
        facts = {
            "host": volunteer.member,
            "volunteer": volunteer,
            "form": SponsorshipAgreement.Form.LOAN,
        }
        volunteer.refresh_from_db()

        def draft(sponsor, first):
            dates = {"starts_on": first, "ends_on": first + timedelta(days=5)}
            return agreements.draft_agreement(sponsor=sponsor, **facts, **dates, by=administrator)

        assert draft(old, date(2026, 6, 1)).pk
        assert draft(new, ON).pk
        assert list(refusal(lambda: draft(old, ON))) == ["volunteer"]


class TestDoors:
    def test_the_page_writes_it_down(self, client, coordinator, volunteer, assignment, new):
        client.force_login(coordinator)
        address = reverse("volunteers:volunteer-company", args=[volunteer.pk])
        form = client.get(address).context_data["form"]
        given = {"to": new.pk, "on": timezone.localdate().isoformat(), "seen": form["seen"].value()}

        assert client.post(address, given).status_code == 302
        assert client.post(address, given).status_code == 422
        volunteer.refresh_from_db()
        assert volunteer.sponsor == new
        page = client.get(
            reverse("volunteers:volunteer-detail", args=[volunteer.pk])
        ).content.decode()
        assert "Ancienne" in page

    def test_the_api_does_it_too_and_no_longer_ignores_it_elsewhere(
        self, coordinator, volunteer, new
    ):
        api = ReadingClient()
        api.force_authenticate(coordinator)
        address = f"/api/v1/volunteers/{volunteer.pk}/"

        silent = api.patch(address, {"sponsor": new.pk}, format="json")
        answer = api.post(
            f"{address}change-company/",
            {"to": new.pk, "on": timezone.localdate().isoformat()},
            format="json",
        )

        assert (silent.status_code, set(silent.json()["errors"])) == (400, {"sponsor"})
        assert (answer.status_code, answer.json()["sponsor"]) == (200, new.pk)


class TestIdentity:
    def test_a_person_renames_themselves_and_not_their_address(self, client, volunteer):
        client.force_login(volunteer.user)
        address = reverse("volunteers:volunteer-identity", args=[volunteer.pk])
        before = volunteer.user.email

        given = {
            "full_name": " Léa  Martin ",
            "email": "thief@x.example",
            "seen": mark_of(volunteer.user),
        }
        client.post(address, given, headers={"accept-language": "en"})

        volunteer.user.refresh_from_db()
        assert (volunteer.user.full_name, volunteer.user.email) == ("Léa Martin", before)
        assert str(volunteer.user.history.first().history_change_reason) == "Renamed"

    def test_an_administrator_changes_the_address_in_small_letters_and_once(
        self, client, volunteer, administrator
    ):
        client.force_login(administrator)
        address = reverse("volunteers:volunteer-identity", args=[volunteer.pk])

        seen = mark_of(volunteer.user)
        answer = client.post(
            address, {"full_name": "Léa", "email": administrator.email.upper(), "seen": seen}
        )
        client.post(address, {"full_name": "Léa", "email": "Lea@New.Example", "seen": seen})

        volunteer.user.refresh_from_db()
        assert answer.status_code == 422
        assert volunteer.user.email == "lea@new.example"

    def test_two_people_may_have_one_name(self, client, volunteer, administrator):
        other = VolunteerFactory(user__full_name="Léa Dupont")
        client.force_login(administrator)
        address = reverse("volunteers:volunteer-identity", args=[other.pk])

        given = {"full_name": "Léa Dupont", "email": other.user.email, "seen": mark_of(other.user)}
        assert client.post(address, given).status_code == 302

    def test_a_company_s_contact_gives_its_own_siren_and_nothing_more(self, client, old, new):
        client.force_login(person_as(Role.SPONSOR, old))
        address = reverse("volunteers:company-change", args=[old.pk])
        form = client.get(address).context_data["form"]
        given = {
            "seen": form["seen"].value(),
            "siren": "732 829 320",
            "street": "1 rue de la Paix",
            "name": "Volée",
        }

        assert client.post(address, given).status_code == 302
        old.refresh_from_db()
        assert (old.siren, old.street, old.name) == ("732829320", "1 rue de la Paix", "Ancienne")
        assert client.get(reverse("volunteers:company-change", args=[new.pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_what_people_did_until_now_is_their_company_s():
    """The migration gives each mission, cost and declaration the company and the days that it had."""
    executor, _newest = one_by_one()
    state = executor.loader.project_state([("volunteers", "0009_company_of_the_day")]).apps
    assignment, cost = AssignmentFactory(), EmployerCostFactory()
    fill = (
        executor.loader.get_migration("volunteers", "0010_company_of_the_day_filled")
        .operations[0]
        .code
    )
    HistoricalAssignment = state.get_model("volunteers", "HistoricalAssignment")
    HistoricalAssignment.objects.update(sponsor=None)

    fill(state, None)

    assert assignment.history.get().sponsor_id == assignment.volunteer.sponsor_id
    assert EmployerCost.objects.get().sponsor_id == cost.volunteer.sponsor_id


class TestADayToCome:
    """Written down now, it changes nothing before its day, and everything from that day on."""

    TODAY = timezone.localdate()
    ON = TODAY + timedelta(days=10)

    @pytest.fixture
    def assignment(self, volunteer, member):
        """Half of it before the change, half of it after."""
        engagement = EngagementFactory(member=member)
        days = {
            "starts_on": self.TODAY - timedelta(days=30),
            "ends_on": self.TODAY + timedelta(days=60),
        }
        return AssignmentFactory(
            volunteer=volunteer, engagement=engagement, days_a_week=Decimal(2), **days
        )

    @pytest.fixture
    def coming(self, volunteer, assignment, new, administrator):
        companies.change_company(volunteer, to=new, on=self.ON, by=administrator, today=self.TODAY)
        return ComingCompany.objects.get()

    @pytest.fixture
    def contacts(self, old, new):
        return person_as(Role.SPONSOR, old), person_as(Role.SPONSOR, new)

    def due(self, coming):
        """As if its day were today."""
        ComingCompany.objects.filter(pk=coming.pk).update(starts_on=self.TODAY)

    def seen_by(self, contacts):
        return [
            Volunteer.objects.visible_to(User.objects.get(pk=contact.pk)).exists()
            for contact in contacts
        ]

    def test_changes_nothing_before(self, volunteer, coming, old, contacts, assignment):
        volunteer.refresh_from_db()

        assert volunteer.sponsor == old
        assert Assignment.objects.get().ends_on == assignment.ends_on
        assert not FormerCompany.objects.exists()
        assert Membership.objects.get(user=volunteer.user).ended_on is None
        assert self.seen_by(contacts) == [True, False]

    def test_is_the_company_of_the_days_from_it_on(self, volunteer, coming, old, new):
        assert company_on(volunteer, self.ON - timedelta(days=1)) == old.pk
        assert company_on(volunteer, self.ON) == new.pk
        found = [(period.sponsor, period.first, period.last) for period in periods_of(volunteer)]
        assert found == [(old, None, self.ON - timedelta(days=1)), (new, self.ON, None)]

    def test_an_assignment_that_crosses_it_can_still_be_changed(
        self, coming, assignment, administrator
    ):
        changed = assignments.change_assignment(assignment, role="Tester", by=administrator)

        assert changed.role == "Tester"

    def test_an_assignment_made_for_the_days_after_is_the_new_company_s(
        self, volunteer, coming, new, member, administrator
    ):
        made = assignments.assign(
            volunteer,
            EngagementFactory(member=member),
            assignments.AssignmentTerms(
                role="Tester",
                starts_on=self.ON,
                ends_on=self.ON + timedelta(days=20),
                days_a_week=Decimal(1),
            ),
            by=administrator,
            today=self.TODAY,
        )
        assert made.sponsor == new

        self.due(coming)
        companies.carry_out_companies(today=self.ON)
        made.refresh_from_db()
        assert made.sponsor == new

    def test_opens_the_person_to_the_new_company_on_its_day(self, coming, contacts):
        """Also before anybody has carried it out."""
        self.due(coming)

        assert self.seen_by(contacts) == [False, True]

    @pytest.mark.parametrize(("days", "is_there"), [(-1, False), (0, True)])
    def test_is_carried_out_on_its_day(
        self, volunteer, assignment, coming, old, new, days, is_there
    ):
        done, refused = companies.carry_out_companies(today=self.ON + timedelta(days=days))

        assert (done, refused) == (int(is_there), 0)
        volunteer.refresh_from_db()
        assert volunteer.sponsor == (new if is_there else old)
        assert [each.sponsor for each in Assignment.objects.order_by("starts_on")] == (
            [old, new] if is_there else [old]
        )
        assert ComingCompany.objects.exists() is not is_there

    def test_is_carried_out_once(self, coming):
        companies.carry_out_companies(today=self.ON)

        assert companies.carry_out_companies(today=self.ON) == (0, 0)
        assert FormerCompany.objects.count() == 1

    def test_the_daily_command_carries_it_out(self, volunteer, coming, new):
        self.due(coming)
        call_command("upkeep", stdout=StringIO())

        volunteer.refresh_from_db()
        assert volunteer.sponsor == new

    def test_what_is_refused_on_its_day_stays_to_be_seen_to(self, volunteer, coming, new, old):
        new.archived_at = timezone.now()
        new.save()

        assert companies.carry_out_companies(today=self.ON) == (0, 1)
        volunteer.refresh_from_db()
        assert volunteer.sponsor == old
        assert ComingCompany.objects.exists()

    def test_what_cannot_come_any_more_is_taken_back_on_its_day_too(
        self, volunteer, coming, new, old, administrator
    ):
        Organisation.objects.filter(pk=new.pk).update(archived_at=timezone.now())

        companies.take_back_company(volunteer, by=administrator, today=self.ON)

        assert not ComingCompany.objects.exists()
        assert company_on(volunteer, self.ON) == old.pk

    def test_the_daily_command_says_what_was_refused(self, coming, new):
        self.due(coming)
        Organisation.objects.filter(pk=new.pk).update(archived_at=timezone.now())
        out = StringIO()

        call_command("upkeep", stdout=out)

        assert "0 of another company, 1 changes of company refused." in out.getvalue()

    def test_a_second_one_waits_for_the_first(self, volunteer, coming, administrator):
        other = OrganisationFactory(sponsor=True)
        for on in (self.TODAY, self.ON + timedelta(days=5)):
            messages = refusal(
                lambda on=on: companies.change_company(
                    volunteer, to=other, on=on, by=administrator, today=self.TODAY
                )
            )
            assert "take that back first" in messages["on"][0]

    def test_is_taken_back_before_its_day(self, volunteer, coming, old, administrator):
        companies.take_back_company(volunteer, by=administrator, today=self.TODAY)

        assert not ComingCompany.objects.exists()
        assert company_on(volunteer, self.ON) == old.pk
        assert "Does not come" in str(
            volunteer.history.order_by("-history_id").first().history_change_reason
        )

    def test_is_not_taken_back_on_its_day(self, volunteer, coming, administrator):
        with pytest.raises(Refused):
            companies.take_back_company(volunteer, by=administrator, today=self.ON)
        assert ComingCompany.objects.exists()

    def test_stands_on_the_page_with_its_button(self, volunteer, assignment, new, administrator):
        page = ReadingBrowser()
        page.force_login(administrator)
        page.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        detail = reverse("volunteers:volunteer-detail", args=[volunteer.pk])
        given = {"to": new.pk, "on": self.ON.isoformat(), "seen": volunteer.version}
        answer = page.post(
            reverse("volunteers:volunteer-company", args=[volunteer.pk]), given, follow=True
        )
        assert "Nothing changes before." in answer.content.decode()
        assert "to come, from" in page.get(detail).content.decode()

        volunteer.refresh_from_db()
        take_back = reverse("volunteers:volunteer-company-take-back", args=[volunteer.pk])
        assert (
            "taken back"
            in page.post(take_back, {"seen": volunteer.version}, follow=True).content.decode()
        )
        assert "to come, from" not in page.get(detail).content.decode()

    def test_its_button_on_a_page_of_before_speaks_of_no_text(self, volunteer, administrator):
        page = ReadingBrowser()
        page.force_login(administrator)
        page.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        take_back = reverse("volunteers:volunteer-company-take-back", args=[volunteer.pk])

        html = page.post(take_back, {"seen": volunteer.version + 1}, follow=True).content.decode()

        assert "This was changed since the page was opened" in html
        assert "Nothing of yours is lost" not in html

    def test_goes_the_same_way_through_the_api(
        self, volunteer, assignment, new, old, administrator
    ):
        page = ReadingClient()
        page.force_login(administrator)
        address = f"/api/v1/volunteers/{volunteer.pk}"
        given = {"to": new.pk, "on": self.ON.isoformat(), "seen": volunteer.version}
        answer = page.post(f"{address}/change-company/", given, content_type="application/json")
        assert (answer.status_code, answer.json()["sponsor"]) == (200, old.pk)

        seen = {"seen": answer.json()["version"]}
        assert (
            page.post(
                f"{address}/take-back-company/", seen, content_type="application/json"
            ).status_code
            == 200
        )
        assert not ComingCompany.objects.exists()


class TestTheDayItself:
    """From midnight on what is read is the new company's, whether or not the daily command has run."""

    TODAY = timezone.localdate()
    BEFORE = timedelta(days=45)

    @pytest.fixture
    def assignment(self, volunteer, member):
        days = {"starts_on": self.TODAY - self.BEFORE, "ends_on": self.TODAY + timedelta(days=60)}
        engagement = EngagementFactory(member=member)
        return AssignmentFactory(volunteer=volunteer, engagement=engagement, **days)

    @pytest.fixture
    def agreement(self, volunteer, old, assignment):
        return AgreementFactory(
            volunteer=volunteer,
            sponsor=old,
            host=volunteer.member,
            sponsor_signatory="Une personne",
            sponsor_signed_on=assignment.starts_on,
            host_signatory="Une autre",
            host_signed_on=assignment.starts_on,
            starts_on=assignment.starts_on,
            ends_on=assignment.ends_on,
        )

    @pytest.fixture(params=[0, 40], ids=["its-own-day", "forty-days-late"])
    def since(self, request):
        return self.TODAY - timedelta(days=request.param)

    @pytest.fixture
    def arrived(self, volunteer, new, assignment, agreement, administrator, since):
        return ComingCompany.objects.create(
            volunteer=volunteer, sponsor=new, starts_on=since, entered_by=administrator
        )

    @pytest.fixture
    def page(self, administrator):
        page = ReadingBrowser()
        page.force_login(administrator)
        page.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return page

    @pytest.fixture
    def contacts(self, old, new):
        return person_as(Role.SPONSOR, old), person_as(Role.SPONSOR, new)

    def test_the_pages_name_the_new_company(self, page, volunteer, assignment, arrived, new):
        pages = [
            reverse("volunteers:people-list"),
            reverse("volunteers:volunteer-detail", args=[volunteer.pk]),
            reverse("volunteers:capacity-map"),
            reverse("volunteers:engagement-team", args=[assignment.engagement_id]),
            f"{reverse('volunteers:search-results')}?q=Dupont",
        ]
        for address in pages:
            words = page.get(address).content.decode()
            assert "Nouvelle" in words, address

    def test_the_list_is_filtered_by_it(self, page, volunteer, member, arrived, old, new):
        VolunteerFactory(member=member, sponsor=old, user__full_name="Ana Leroy")
        for address in (reverse("volunteers:people-list"), "/api/v1/volunteers/"):
            assert "Dupont" in page.get(address, {"sponsor": new.pk}).content.decode()
            words = page.get(address, {"sponsor": old.pk}).content.decode()
            assert "Leroy" in words
            assert "Dupont" not in words

    def test_the_api_names_it(self, page, volunteer, assignment, arrived, new):
        person = page.get(f"/api/v1/volunteers/{volunteer.pk}/").json()
        assert (person["sponsor"], person["sponsor_name"]) == (new.pk, "Nouvelle")
        assert page.get(f"/api/v1/assignments/{assignment.pk}/").json()["sponsor"] == new.pk

    def test_both_read_the_assignment(self, assignment, arrived, contacts):
        for contact in contacts:
            assert Assignment.objects.visible_to(contact).exists()

    def test_an_assignment_that_begins_then_is_the_new_company_s_alone(
        self, assignment, arrived, contacts
    ):
        Assignment.objects.filter(pk=assignment.pk).update(starts_on=self.TODAY)

        seen = [Assignment.objects.visible_to(contact).exists() for contact in contacts]
        assert seen == [False, True]

    def test_each_reads_the_days_and_the_months_of_its_own(
        self, assignment, arrived, contacts, since, old, new
    ):
        first = since.replace(day=1)
        earlier, later = first - timedelta(days=1), (first + timedelta(days=31)).replace(day=1)
        Assignment.objects.filter(pk=assignment.pk).update(starts_on=earlier)
        for day in (earlier, since):
            WorkDayFactory(assignment=assignment, day=day)
        for month in {earlier.replace(day=1), first, later}:
            MonthSheetFactory(assignment=assignment, month=month, is_locked=True)

        days, months = (
            [set(rows.visible_to(contact).values_list(name, flat=True)) for contact in contacts]
            for rows, name in ((WorkDay.objects, "day"), (MonthSheet.objects, "month"))
        )
        assert days == [{earlier}, {since}]
        of_the_month = {first} if since.day > 1 else set()
        assert months == [
            {earlier.replace(day=1)} | of_the_month,
            {first, later} - of_the_month,
        ]

    def test_each_signs_the_months_of_its_own(self, assignment, arrived, contacts, since):
        later = (since.replace(day=1) + timedelta(days=31)).replace(day=1)
        sheet = MonthSheetFactory(assignment=assignment, month=later)

        assert [side_of(contact, sheet) for contact in contacts] == [None, "sponsor"]

    def test_the_statement_is_offered_to_the_new_company(self, volunteer, arrived, contacts):
        _old_contact, new_contact = contacts
        assert [one.name for one, _host in pairs_of(new_contact)] == ["Nouvelle"]

    def test_the_estimation_parts_the_assignment(
        self, volunteer, assignment, arrived, since, old, new
    ):
        assert assignments_of([volunteer]) == {
            (volunteer.pk, old.pk): [(assignment.starts_on, since - timedelta(days=1))],
            (volunteer.pk, new.pk): [(since, assignment.ends_on)],
        }

    def test_the_agreement_with_the_old_one_is_over(self, page, agreement, arrived, since):
        found = SponsorshipAgreement.objects.with_last_day()
        assert not found.running(self.TODAY).exists()
        assert found.over(self.TODAY).exists()
        assert SponsorshipAgreement.objects.get().last_day == since - timedelta(days=1)
        words = page.get(agreement.get_absolute_url()).content.decode()
        assert "ended early" in words

    def test_the_old_company_may_be_archived_without_an_assignment_in_its_way(
        self, assignment, arrived, old, new
    ):
        Assignment.objects.filter(pk=assignment.pk).update(starts_on=self.TODAY)

        assert assignments_to_do(old, self.TODAY) is None
        assert assignments_to_do(new, self.TODAY) is not None

    def test_the_next_change_needs_no_daily_command(self, volunteer, arrived, administrator):
        third = OrganisationFactory(sponsor=True, name="Troisième")
        on = self.TODAY + timedelta(days=5)
        companies.change_company(volunteer, to=third, on=on, by=administrator, today=self.TODAY)

        names = [period.sponsor.name for period in periods_of(Volunteer.objects.get())]
        assert names == ["Ancienne", "Nouvelle", "Troisième"]

    def test_nothing_else_is_read_once_it_is_carried_out(
        self, volunteer, assignment, arrived, old, new
    ):
        def read():
            person = Volunteer.objects.with_company().get()
            return person.company, assignments_of([person])

        before = read()
        call_command("upkeep", stdout=StringIO())

        assert read() == before
