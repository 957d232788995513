"""The pages of a month: confirmed, disputed, asked to be corrected, and seen by those whose matter it is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.drawn_forms import drawn_form
from tests.volunteers.factories import (
    AssignmentFactory,
    DayDisagreementFactory,
    MonthSheetFactory,
    WorkDayFactory,
)
from tests.volunteers.june import JUNE, MONDAY, log
from volunteers.models import DayDisagreement, Signer, Voice
from volunteers.services import months
from volunteers.todos import todos_of

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


def home_of(client, person):
    client.force_login(person)
    return client.get("/", headers={"accept-language": "en"})


def page_of(client, person, name, *args, **query):
    client.force_login(person)
    return client.get(
        reverse(f"volunteers:{name}", args=args, query=query), headers={"accept-language": "en"}
    )


class TestAskingForACorrection:
    """Of a month that both sides have signed, by each of the three; whoever runs the engagement answers."""

    def test_the_person_asks_from_the_week_and_the_coordinator_is_told(
        self, locked, coordinator, client
    ):
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        client.force_login(locked.assignment.volunteer.user)
        week = client.get(
            reverse("volunteers:log-work", args=[locked.assignment_id]),
            {"week": MONDAY.isoformat()},
        )
        asking = reverse("volunteers:month-disagree", args=[locked.pk])
        assert f'href="{asking}"' in week.content.decode()
        form = drawn_form(client.get(asking))

        assert (
            client.post(asking, form | {"day": MONDAY, "comment": "I left at noon."}).status_code
            == 302
        )

        [need] = [
            need
            for need in todos_of(coordinator, IN_JULY.date())
            if need.key.startswith("correction")
        ]
        page = page_of(client, coordinator, "month-sheet", locked.pk).content.decode()
        assert need.url == reverse("volunteers:month-sheet", args=[locked.pk])
        assert "I left at noon." in page
        assert f"{reverse('volunteers:month-correct', args=[locked.pk])}?day={MONDAY}" in page

    def test_the_correction_of_that_day_settles_it(self, locked, coordinator):
        user = locked.assignment.volunteer.user
        for day in (MONDAY, MONDAY + timedelta(days=1)):
            months.disagree(locked, Voice.VOLUNTEER, day=day, comment="Half.", by=user, at=IN_JULY)
        months.correct_day(
            locked, day=MONDAY, half_days=1, reason="Left at noon", by=coordinator, at=IN_JULY
        )

        assert [each.day for each in DayDisagreement.objects.open()] == [MONDAY + timedelta(days=1)]

    @pytest.mark.parametrize("voice", [Voice.LEAD, Voice.SPONSOR])
    def test_each_side_may_ask(self, locked, lead, voice):
        months.disagree(locked, voice, day=MONDAY, comment="Half.", by=lead, at=IN_JULY)

        assert DayDisagreement.objects.asking_to_correct().count() == 1

    def test_the_person_changes_the_week_of_a_month_that_is_not_locked(self, sheet):
        user = sheet.assignment.volunteer.user
        with pytest.raises(Refused, match="not locked"):
            months.disagree(
                sheet, Voice.VOLUNTEER, day=MONDAY, comment="Half.", by=user, at=IN_JULY
            )

    def test_nothing_is_asked_of_the_person_who_asks(self, locked):
        user = locked.assignment.volunteer.user
        months.disagree(locked, Voice.VOLUNTEER, day=MONDAY, comment="Half.", by=user, at=IN_JULY)

        assert not [
            need for need in todos_of(user, IN_JULY.date()) if need.key.startswith("disagreement")
        ]

    def test_locked_days_are_drawn_as_locked_and_not_offered(self, locked, client):
        client.force_login(locked.assignment.volunteer.user)
        response = client.get(
            reverse("volunteers:log-work", args=[locked.assignment_id]),
            {"week": MONDAY.isoformat()},
            headers={"accept-language": "en"},
        )

        assert not [
            name for name in drawn_form(response, holding=["done"]) if name.startswith("day_")
        ]
        assert response.content.decode().count("locked</span>") == 7
        signed = "have signed the days of June 2026: they are locked."
        assert f"{locked.lead_by} and {locked.sponsor_by} {signed}" in response.content.decode()


class TestWhoSeesWhat:
    def test_the_company_reads_no_day_before_the_lead_confirmed_it(
        self, sheet, lead, company, client
    ):
        assert page_of(client, company, "month-sheet", sheet.pk).status_code == 404
        months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)

        assert page_of(client, company, "month-sheet", sheet.pk).status_code == 200

    def test_the_company_reads_days_and_not_the_words_of_the_week(
        self, sheet, lead, company, client
    ):
        months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)

        assert "Done." not in page_of(client, company, "month-sheet", sheet.pk).content.decode()

    def test_a_colleague_on_the_same_team_does_not_read_them(self, sheet, client):
        colleague = AssignmentFactory(engagement=sheet.assignment.engagement).volunteer.user

        assert page_of(client, colleague, "month-sheet", sheet.pk).status_code == 404

    def test_a_contact_who_changed_company_reads_and_signs_nothing_more(
        self, sheet, lead, company, client
    ):
        months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)
        company.memberships.update(started_on=date(2026, 1, 1), ended_on=date(2026, 7, 1))
        client.force_login(company)

        assert client.post(reverse("volunteers:month-confirm", args=[sheet.pk])).status_code == 404
        sheet.refresh_from_db()
        assert sheet.state == "confirmed"

    def test_their_name_stays_under_what_they_signed(self, locked, coordinator, company, client):
        company.memberships.update(started_on=date(2026, 1, 1), ended_on=date(2026, 7, 3))

        assert (
            "Sam Sponsor" in page_of(client, coordinator, "month-sheet", locked.pk).content.decode()
        )


class TestPages:
    def test_the_lead_confirms_from_what_needs_them(self, sheet, lead, client):
        needs = home_of(client, lead).content.decode()
        assert "1 month to confirm" in needs
        assert "June 2026" in needs
        response = client.post(
            reverse("volunteers:month-confirm", args=[sheet.pk]),
            {"seen": sheet.version},
            follow=True,
        )

        assert response.status_code == 200
        sheet.refresh_from_db()
        assert sheet.state == "confirmed"
        assert "month to confirm" not in home_of(client, lead).content.decode()

    def test_a_double_click_says_so_and_changes_nothing(self, sheet, lead, client):
        client.force_login(lead)
        url = reverse("volunteers:month-confirm", args=[sheet.pk])
        seen = {"seen": sheet.version}
        client.post(url, seen)
        page = client.post(
            url, seen, follow=True, headers={"accept-language": "en"}
        ).content.decode()

        assert "You have confirmed this month" in page

    def test_a_disagreement_goes_by_the_form_and_reaches_the_volunteer(self, sheet, lead, client):
        client.force_login(lead)
        url = reverse("volunteers:month-disagree", args=[sheet.pk])
        client.post(url, {"day": MONDAY.isoformat(), "comment": "Half a day only <b>🙂"})
        needs = home_of(client, sheet.assignment.volunteer.user).content.decode()

        assert "Louise Lead sees this day otherwise" in needs
        page = page_of(client, lead, "month-sheet", sheet.pk).content.decode()
        assert "Half a day only &lt;b&gt;🙂" in page

    def test_week_ends_and_public_holidays_are_named(self, assignment, lead, client):
        sheet = log(assignment, {date(2026, 5, 6): 2}, week=date(2026, 5, 4))

        page = page_of(client, lead, "month-sheet", sheet.pk).content.decode()
        assert "Ascension Day" in page
        french = client.get(
            reverse("volunteers:month-sheet", args=[sheet.pk]), headers={"accept-language": "fr"}
        )
        assert "Ascension" in french.content.decode()
        assert "Victoire" in french.content.decode()

    def test_the_month_to_sign_is_the_one_that_opens(self, coordinator, client):
        response = page_of(client, coordinator, "month-list")

        this_month = timezone.localdate().replace(day=1)
        assert response.context_data["month"] == (this_month - timedelta(days=1)).replace(day=1)

    @pytest.mark.parametrize("month", ["2026-06", "9999-99", "", "0000-01", "abc", "2026-6-1"])
    def test_any_month_asked_for_answers(self, sheet, coordinator, client, month):
        assert page_of(client, coordinator, "month-list", month=month).status_code == 200

    @pytest.mark.parametrize("month", ["0001-01", "9999-12"])
    def test_the_ends_of_the_calendar_answer(self, sheet, coordinator, client, month):
        assert page_of(client, coordinator, "month-list", month=month).status_code == 200

    def test_the_list_asks_the_same_number_of_times_whatever_its_length(
        self, coordinator, client, member
    ):
        def count():
            with CaptureQueriesContext(connection) as asked:
                assert (
                    page_of(client, coordinator, "month-list", month="2026-06").status_code == 200
                )
            return len(asked)

        def some(number):
            for _n in range(number):
                each = AssignmentFactory(engagement__member=member, volunteer__member=member)
                WorkDayFactory(assignment=each, day=MONDAY)
                MonthSheetFactory(assignment=each, month=JUNE)

        some(2)
        count()
        few = count()
        some(12)
        assert count() == few <= 13

    def test_a_sheet_asks_the_same_number_of_times_whatever_was_said(
        self, locked, coordinator, client
    ):
        def count():
            with CaptureQueriesContext(connection) as asked:
                page_of(client, coordinator, "month-sheet", locked.pk)
            return len(asked)

        count()
        few = count()
        for offset in range(5):
            DayDisagreementFactory(sheet=locked, day=MONDAY + timedelta(days=offset))
        assert count() == few <= 16
