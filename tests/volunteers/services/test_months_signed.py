"""Days signed by both sides: who may say what when, and what no signature lets pass."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain.refusals import Refused, Stale, by_field
from crm.domain.roles import Role
from tests.api_client import ReadingClient
from tests.crm.factories import person_as
from tests.drawn_forms import drawn_form
from tests.volunteers.factories import AssignmentFactory, WorkDayFactory
from tests.volunteers.june import IN_JUNE, JUNE, MONDAY, log
from volunteers.models import DayCorrection, DayDisagreement, MonthSheet, Signer
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


class TestTheTwoWords:
    def test_the_first_day_of_a_month_opens_its_sheet_once(self, assignment):
        log(assignment, {MONDAY: 2})
        log(assignment, {MONDAY: 2, MONDAY + timedelta(days=2): 1})

        assert MonthSheet.objects.count() == 1
        assert MonthSheet.objects.get().state == "logged"

    def test_a_week_over_two_months_opens_both(self, assignment):
        log(assignment, {date(2026, 4, 30): 2, date(2026, 5, 1): 2}, week=date(2026, 4, 27))

        assert [sheet.month for sheet in MonthSheet.objects.order_by("month")] == [
            date(2026, 4, 1),
            date(2026, 5, 1),
        ]

    def test_lead_then_company_lock_it_with_both_names(self, locked, lead, company):
        assert (locked.state, locked.lead_by, locked.sponsor_by) == ("locked", lead, company)
        reasons = list(
            locked.history.order_by("history_id").values_list("history_change_reason", flat=True)
        )
        assert list(map(str, reasons)) == [
            "First day logged",
            "Confirmed by the lead",
            "Confirmed by the company, locked",
        ]

    @pytest.mark.parametrize(
        ("side", "at", "words"),
        [
            (Signer.SPONSOR, IN_JULY, "The project lead confirms first."),
            (Signer.LEAD, datetime(2026, 6, 30, 20, tzinfo=UTC), "This month is not over"),
        ],
    )
    def test_out_of_turn_or_too_early_is_refused(self, sheet, lead, side, at, words):
        with pytest.raises(Refused, match=words):
            months.confirm_month(sheet, side, seen=sheet.version, by=lead, at=at)

        sheet.refresh_from_db()
        assert sheet.state == "logged"

    def test_an_assignment_that_ended_is_signed_before_its_month_ends(self, lead, assignment):
        assignment.ends_on = MONDAY + timedelta(days=2)
        assignment.save()
        sheet = log(assignment, {MONDAY: 2})

        assert (
            months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JUNE).state
            == "confirmed"
        )

    def test_midnight_in_paris_is_what_ends_a_month(self, sheet, lead):
        at_half_past_midnight = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)

        assert (
            months.confirm_month(
                sheet, Signer.LEAD, seen=sheet.version, by=lead, at=at_half_past_midnight
            ).state
            == "confirmed"
        )

    def test_twice_is_refused_in_words(self, sheet, lead, locked):
        with pytest.raises(Refused, match="locked"):
            months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)

    def test_an_empty_month_is_not_confirmed(self, assignment, sheet, lead):
        sheet = log(assignment, {MONDAY: 0, MONDAY + timedelta(days=1): 0})

        with pytest.raises(Refused, match="No day is logged"):
            months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)

    def test_a_page_opened_before_a_change_is_stale(self, assignment, sheet, lead, company):
        read = months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)
        log(assignment, {MONDAY: 1}, at=IN_JULY, undoes={JUNE: read.version})

        with pytest.raises(Stale):
            months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)

    def test_a_day_changed_after_the_lead_confirmed_takes_the_word_back_that_was_read(
        self, assignment, sheet, lead
    ):
        sheet = months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)
        log(assignment, {MONDAY: 1}, at=IN_JULY, undoes={JUNE: sheet.version})

        sheet.refresh_from_db()
        assert (sheet.state, sheet.lead_by) == ("logged", None)

    @pytest.mark.parametrize("undoes", [None, {}, {JUNE: 1}, {date(2026, 5, 1): 2}])
    def test_nobody_takes_a_word_back_that_they_have_not_read(
        self, assignment, sheet, lead, undoes
    ):
        sheet = months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)

        with pytest.raises(Refused, match="Louise Lead has confirmed the days of June 2026"):
            log(assignment, {MONDAY: 1}, at=IN_JULY, undoes=undoes)

        sheet.refresh_from_db()
        assert (sheet.state, sheet.lead_by) == ("confirmed", lead)

    def test_the_week_says_what_a_changed_day_takes_back_before_and_after(
        self, assignment, sheet, lead, client
    ):
        user, url = assignment.volunteer.user, reverse("volunteers:log-work", args=[assignment.pk])
        client.force_login(user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        before = drawn_form(client.get(url, {"week": MONDAY.isoformat()}), holding=["done"])
        months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)

        unknowing = client.post(url, before | {"day_0": "1"})
        assert unknowing.status_code == 422
        assert "Louise Lead has confirmed the days of June 2026" in unknowing.content.decode()
        sheet.refresh_from_db()
        assert sheet.state == "confirmed"

        knowing = drawn_form(client.get(url, {"week": MONDAY.isoformat()}), holding=["done"])
        saved = client.post(url, knowing | {"day_0": "1"}, follow=True)
        assert (
            "Louise Lead is asked to confirm the days of June 2026 again." in saved.content.decode()
        )
        sheet.refresh_from_db()
        assert sheet.state == "logged"

    def test_read_in_the_refusal_it_is_saved_by_the_second_click(
        self, assignment, sheet, lead, client
    ):
        url = reverse("volunteers:log-work", args=[assignment.pk])
        client.force_login(assignment.volunteer.user)
        before = drawn_form(client.get(url, {"week": MONDAY.isoformat()}), holding=["done"])
        months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)
        again = drawn_form(client.post(url, before | {"day_0": "1"}), holding=["done"])

        assert client.post(url, again).status_code == 302
        assert sheet.worked_days().get(day=MONDAY).half_days == 1

    def test_the_api_takes_back_what_was_read_alone(self, assignment, sheet, lead):
        sheet = months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)
        api, url = ReadingClient(), f"/api/v1/assignments/{assignment.pk}/log-week/"
        api.force_authenticate(assignment.volunteer.user)
        body = {
            "week": MONDAY.isoformat(),
            "done": "x",
            "days": [{"day": MONDAY.isoformat(), "half_days": 1}],
            "seen": 1,
        }

        refused = api.post(url, body)
        answer = api.post(
            url, body | {"undoes": [{"month": "2026-06-01", "version": sheet.version}]}
        )

        assert (refused.status_code, answer.status_code) == (400, 201)
        assert "days" in refused.json()["errors"]

    def test_the_same_days_saved_again_leave_the_word_standing(self, assignment, sheet, lead):
        months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)
        log(assignment, {MONDAY: 2, MONDAY + timedelta(days=1): 1}, at=IN_JULY)

        sheet.refresh_from_db()
        assert sheet.state == "confirmed"

    @pytest.mark.parametrize("state", ["confirmed", "locked"])
    def test_the_database_keeps_state_and_names_together(self, sheet, state):
        with pytest.raises(IntegrityError), transaction.atomic():
            MonthSheet.objects.filter(pk=sheet.pk).update(state=state)


class TestDisagreeing:
    def test_holds_the_month_until_it_is_settled(self, sheet, lead):
        disagreement = months.disagree(
            sheet, Signer.LEAD, day=MONDAY, comment="Half a day.", by=lead, at=IN_JULY
        )
        with pytest.raises(Refused, match="disagreement is open"):
            months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)
        months.settle(disagreement, by=lead, at=IN_JULY)

        assert (
            months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY).state
            == "confirmed"
        )

    def test_is_settled_by_the_change_of_that_day_alone(self, assignment, sheet, lead):
        months.disagree(sheet, Signer.LEAD, day=MONDAY, comment="Half a day.", by=lead, at=IN_JULY)
        tuesday = MONDAY + timedelta(days=1)
        months.disagree(sheet, Signer.LEAD, day=tuesday, comment="Ill.", by=lead, at=IN_JULY)
        log(assignment, {MONDAY: 1, tuesday: 1}, at=IN_JULY)

        assert [each.day for each in DayDisagreement.objects.open().order_by("day")] == [tuesday]

    @pytest.mark.parametrize("day", [date(2026, 5, 31), date(2026, 7, 1)])
    def test_is_about_a_day_of_the_month(self, sheet, lead, day):
        with pytest.raises(Refused) as refused:
            months.disagree(sheet, Signer.LEAD, day=day, comment="?", by=lead, at=IN_JULY)

        assert "day" in by_field(refused.value)

    @pytest.mark.parametrize("comment", ["", "   ", "\0"])
    def test_wants_words(self, sheet, lead, comment):
        with pytest.raises(Refused):
            months.disagree(sheet, Signer.LEAD, day=MONDAY, comment=comment, by=lead, at=IN_JULY)

    def test_once_a_day_and_side(self, sheet, lead):
        months.disagree(sheet, Signer.LEAD, day=MONDAY, comment="Half.", by=lead, at=IN_JULY)
        with pytest.raises(Refused, match="said already"):
            months.disagree(sheet, Signer.LEAD, day=MONDAY, comment="Half!", by=lead, at=IN_JULY)


class TestCorrecting:
    def test_keeps_what_was_signed_beside_what_is_true(self, locked, coordinator):
        months.correct_day(
            locked, day=MONDAY, half_days=1, reason="Left at noon", by=coordinator, at=IN_JULY
        )

        row = month_sheets.days_of(locked)[MONDAY.day - 1]
        assert (row.half_days, row.corrections[0].before, row.corrections[0].reason) == (
            1,
            2,
            "Left at noon",
        )
        assert locked.worked_days().get(day=MONDAY).half_days == 1

    @pytest.mark.parametrize(("day", "half_days"), [(MONDAY, 0), (MONDAY + timedelta(days=2), 2)])
    def test_may_take_a_day_away_or_add_one(self, locked, coordinator, day, half_days):
        months.correct_day(
            locked, day=day, half_days=half_days, reason="Mistake", by=coordinator, at=IN_JULY
        )

        assert dict(locked.worked_days().values_list("day", "half_days")).get(day, 0) == half_days

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_wants_its_reason(self, locked, coordinator, reason):
        with pytest.raises(Refused) as refused:
            months.correct_day(
                locked, day=MONDAY, half_days=1, reason=reason, by=coordinator, at=IN_JULY
            )

        assert "reason" in by_field(refused.value)
        assert locked.worked_days().get(day=MONDAY).half_days == 2

    @pytest.mark.parametrize("half_days", [2, 3, -1])
    def test_changes_something_by_halves(self, locked, coordinator, half_days):
        with pytest.raises(Refused):
            months.correct_day(
                locked, day=MONDAY, half_days=half_days, reason="Why", by=coordinator, at=IN_JULY
            )

    def test_no_day_is_worked_twice(self, locked, coordinator):
        wednesday = MONDAY + timedelta(days=2)
        WorkDayFactory(
            assignment=AssignmentFactory(volunteer=locked.assignment.volunteer), day=wednesday
        )

        with pytest.raises(Refused, match="another engagement"):
            months.correct_day(
                locked, day=wednesday, half_days=1, reason="Why", by=coordinator, at=IN_JULY
            )

    def test_an_open_month_is_changed_in_its_week(self, sheet, coordinator):
        with pytest.raises(Refused, match="not locked"):
            months.correct_day(
                sheet, day=MONDAY, half_days=1, reason="Why", by=coordinator, at=IN_JULY
            )

    def test_whose_days_they_are_finds_each_week_from_an_open_month(
        self, sheet, coordinator, client
    ):
        week = f"{reverse('volunteers:log-work', args=[sheet.assignment_id])}?week="

        own = page_of(client, sheet.assignment.volunteer.user, "month-sheet", sheet.pk)
        others = page_of(client, coordinator, "month-sheet", sheet.pk)

        days = re.findall(re.escape(week) + r"([\d-]+)", own.content.decode())
        assert len({date.fromisoformat(day).isocalendar().week for day in days}) == len(days) >= 4
        assert week not in others.content.decode()

    def test_a_locked_month_refuses_the_week_and_keeps_its_words(self, locked, client):
        user = locked.assignment.volunteer.user
        client.force_login(user)
        url = reverse("volunteers:log-work", args=[locked.assignment_id])
        body = {"week": MONDAY.isoformat(), "done": "Typed with care", "day_0": "1", "seen": "1"}
        response = client.post(url, body, headers={"accept-language": "en"})

        assert response.status_code == 422
        assert "June 2026 is signed by both sides" in response.content.decode()
        assert "Typed with care" in response.content.decode()
        assert locked.worked_days().get(day=MONDAY).half_days == 2


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["log", "lead", "sponsor", "disagree", "settle", "correct"]),
            st.integers(0, 4),
            st.integers(0, 2),
        ),
        max_size=14,
    )
)
def test_what_both_signed_changes_by_corrections_alone(steps):
    """Any order of steps: what was signed is what is now, taken back correction by correction."""
    with translation.override("en"), transaction.atomic():
        assignment = AssignmentFactory()
        by, signed = assignment.volunteer.user, None
        for verb, offset, half in steps:
            day = MONDAY + timedelta(days=offset)
            sheet = MonthSheet.objects.filter(assignment=assignment).first()
            try:
                _step(verb, assignment, sheet, day, half, by)
            except Refused:
                continue
            sheet = MonthSheet.objects.filter(assignment=assignment).first()
            if sheet and sheet.is_locked and signed is None:
                signed = dict(sheet.worked_days().values_list("day", "half_days"))
        if signed is not None:
            now = dict(sheet.worked_days().values_list("day", "half_days"))
            for correction in DayCorrection.objects.filter(sheet=sheet).order_by("-pk"):
                assert now.get(correction.day, 0) == correction.half_days
                now[correction.day] = correction.before
            assert {day: half for day, half in now.items() if half} == signed
        transaction.set_rollback(True)


def _step(verb, assignment, sheet, day, half, by):
    if verb == "log":
        log(
            assignment,
            {day: half},
            at=IN_JULY,
            undoes={sheet.month: sheet.version} if sheet else None,
        )
    elif sheet is None:
        raise Refused("There is no sheet yet.")
    elif verb in ("lead", "sponsor"):
        months.confirm_month(sheet, verb, seen=sheet.version, by=by, at=IN_JULY)
    elif verb == "disagree":
        months.disagree(
            sheet, sheet.next_signer or Signer.LEAD, day=day, comment="No.", by=by, at=IN_JULY
        )
    elif verb == "settle":
        each = sheet.disagreements.open().order_by("pk").first()
        if each is None:
            raise Refused("Nothing is open.")
        months.settle(each, by=by, at=IN_JULY)
    else:
        months.correct_day(sheet, day=day, half_days=half, reason="Why", by=by, at=IN_JULY)
