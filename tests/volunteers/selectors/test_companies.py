"""The old days stay the old company's, and the new ones are the new company's alone, whoever reads them where."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused, by_field
from crm.domain.roles import Role
from tests.api_client import ReadingBrowser
from tests.crm.factories import OrganisationFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    EmployerCostFactory,
    MonthSheetFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from volunteers.domain.valuation import year_of
from volunteers.gates import assignments_to_do
from volunteers.models import (
    Assignment,
    ComingCompany,
    EmployerCost,
    MonthSheet,
    SponsorshipAgreement,
    Volunteer,
    WorkDay,
)
from volunteers.permissions import side_of
from volunteers.selectors import attestations
from volunteers.selectors.companies import periods_of
from volunteers.selectors.estimations import assignments_of
from volunteers.selectors.statements import pairs_of, statement_of
from volunteers.services import agreements, companies, costs

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
