"""The list of a month by name, as a spreadsheet and on paper."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from tests.crm.factories import OrganisationFactory, person_as
from tests.volunteers.factories import AssignmentFactory, MonthSheetFactory, WorkDayFactory
from tests.volunteers.june import JUNE, MONDAY, log
from volunteers.models import MonthSheet, Signer
from volunteers.selectors import month_sheets
from volunteers.services import months

pytestmark = pytest.mark.django_db
IN_JULY = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def it_is_july(monkeypatch):
    """The mission of these tests runs until the end of 2026: its pages are read while it does."""
    monkeypatch.setattr(timezone, "now", lambda: IN_JULY)


@pytest.fixture
def assignment(member):
    return AssignmentFactory(engagement__member=member, volunteer__member=member)


@pytest.fixture
def lead(assignment):
    return person_as(Role.LEAD, assignment.engagement.beneficiary, full_name="Louise Lead")


@pytest.fixture
def company(assignment):
    return person_as(Role.SPONSOR, assignment.volunteer.sponsor, full_name="Sam Sponsor")


@pytest.fixture
def sheet(assignment):
    return log(assignment, {MONDAY: 2, MONDAY + timedelta(days=1): 1})


@pytest.fixture
def locked(sheet, lead, company):
    sheet = months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)
    return months.confirm_month(sheet, Signer.SPONSOR, seen=sheet.version, by=company, at=IN_JULY)


def page_of(client, person, name, *args, **query):
    client.force_login(person)
    return client.get(
        reverse(f"volunteers:{name}", args=args, query=query), headers={"accept-language": "en"}
    )


class TestNominativeList:
    def test_the_spreadsheet_holds_days_and_names_and_no_live_formula(
        self, assignment, locked, coordinator, client
    ):
        from python_calamine import CalamineWorkbook

        user = assignment.volunteer.user
        type(user).objects.filter(pk=user.pk).update(full_name="=cmd|'/c calc'!A0")
        content = page_of(client, coordinator, "month-xlsx", month="2026-06").content
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        people, days = (book.get_sheet_by_index(n).to_python() for n in (0, 1))

        assert people[1][0] == "=cmd|'/c calc'!A0"
        assert people[1][4] == 1.5
        assert people[1][6:] == ["Louise Lead", date(2026, 7, 2), "Sam Sponsor", date(2026, 7, 2)]
        assert [row[2:] for row in days[1:]] == [[date(2026, 6, 8), 1.0], [date(2026, 6, 9), 0.5]]
        assert b"<f>" not in content

    @pytest.mark.parametrize("name", ["Zoé #strong[x] $1", "Emoji 🙂 name", 'Quote " \\ back'])
    def test_the_pdf_is_made_whatever_the_name(self, assignment, locked, coordinator, client, name):
        user = assignment.volunteer.user
        type(user).objects.filter(pk=user.pk).update(full_name=name)
        response = page_of(client, coordinator, "month-pdf", month="2026-06")

        assert response.status_code == 200
        assert response["content-type"] == "application/pdf"
        assert response.content.startswith(b"%PDF-1.7")

    def test_a_company_lists_its_own_people_alone(self, locked, company, client, member):
        other = AssignmentFactory(
            engagement__member=member, volunteer__sponsor=OrganisationFactory(sponsor=True)
        )
        WorkDayFactory(assignment=other, day=MONDAY)
        MonthSheetFactory(assignment=other, month=JUNE, is_confirmed=True)

        listed = month_sheets.nominative_list(MonthSheet.objects.visible_to(company), JUNE)
        assert [line.sheet.pk for line in listed] == [locked.pk]
