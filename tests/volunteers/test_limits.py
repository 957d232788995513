"""What a mission may not outlast, take twice or fill beyond its promise; the same words by page, API and service."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from crm.domain import workdays
from crm.domain.refusals import Asked, Refused, by_field
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    StaffingNeedFactory,
    VolunteerFactory,
)
from volunteers.models import Assignment, SponsorshipAgreement, WorkDay
from volunteers.selectors import relay
from volunteers.selectors.loan_limits import LoanPeriod, limit_of, limit_on, loans_of
from volunteers.services import assignments
from volunteers.services.relay import Replacement, extend, replace

pytestmark = pytest.mark.django_db
FIRST = date(2026, 12, 1)
LAST_BY_LAW = date(2029, 11, 30)
TOO_LATE = date(2031, 12, 20)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)
SIGNED = {
    "sponsor_signatory": "A",
    "sponsor_signed_on": FIRST,
    "host_signatory": "B",
    "host_signed_on": FIRST,
}


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator)


@pytest.fixture
def person(member):
    return VolunteerFactory(member=member, user__full_name="Alix")


@pytest.fixture
def browser(client, coordinator):
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def assign(person, engagement, by, past_law=False, **facts):
    terms = {
        "role": "Developer",
        "starts_on": FIRST,
        "ends_on": LAST_BY_LAW,
        "days_a_week": Decimal(1),
    } | facts
    return assignments.assign(
        person,
        engagement,
        assignments.AssignmentTerms(**terms),
        by=by,
        today=FIRST,
        past_law=past_law,
    )


class TestTheLongestLoan:
    @pytest.mark.parametrize(
        ("ends_on", "fits"),
        [(LAST_BY_LAW - DAY, True), (LAST_BY_LAW, True), (LAST_BY_LAW + DAY, False)],
    )
    def test_binds_an_assignment_without_an_agreement(
        self, person, engagement, coordinator, ends_on, fits
    ):
        if fits:
            assert assign(person, engagement, coordinator, ends_on=ends_on).ends_on == ends_on
            return
        with pytest.raises(Refused, match="until 30 November 2029"):
            assign(person, engagement, coordinator, ends_on=ends_on)
        assert not Assignment.objects.exists()

    def test_says_the_same_by_page_and_api(self, browser, person, engagement):
        sent = {
            "volunteer": person.pk,
            "role": "Developer",
            "starts_on": FIRST.isoformat(),
            "ends_on": TOO_LATE.isoformat(),
            "days_a_week": "1",
        }
        address = reverse("volunteers:assignment-create", args=[engagement.pk])

        page = browser.post(address, sent)
        api = browser.post(
            reverse("api:assignment-list"),
            sent | {"engagement": engagement.pk},
            content_type="application/json",
        )

        assert (page.status_code, api.status_code) == (422, 400)
        assert page.context_data["form"].errors["past_law"] == api.json()["errors"]["past_law"]
        assert 'type="checkbox" name="past_law"' in page.content.decode()
        assert not Assignment.objects.exists()

        assert browser.post(address, sent | {"past_law": "on"}).status_code == 302
        assignment = Assignment.objects.get()
        change = reverse("api:assignment-detail", args=[assignment.pk])
        later = {"ends_on": (TOO_LATE + DAY).isoformat(), "seen": assignment.version}
        assert browser.patch(change, later, content_type="application/json").status_code == 400
        assert (
            browser.patch(
                change, later | {"past_law": True}, content_type="application/json"
            ).status_code
            == 200
        )

    def doors(self, assignment, person, other):
        """{what is done: (its page, its route of the API and method, what is sent, by the service)}."""
        day, at = TOO_LATE.isoformat(), {"seen": assignment.version}
        made = {
            "role": "x",
            "starts_on": FIRST.isoformat(),
            "ends_on": day,
            "days_a_week": "1",
            "volunteer": other.pk,
        }
        first = Assignment.objects.get(pk=assignment.pk)
        relay = {
            "volunteer": other,
            "last_day": assignment.ends_on,
            "overlap_days": 0,
            "ends_on": assignment.ends_on + 9 * YEAR,
        }
        sent_relay = {
            "volunteer": other.pk,
            "last_day": assignment.ends_on.isoformat(),
            "overlap_days": "0",
        }
        return {
            "make": (
                reverse("volunteers:assignment-create", args=[assignment.engagement_id]),
                (reverse("api:assignment-list"), "post"),
                made | {"engagement": assignment.engagement_id},
                lambda by, **box: assign(other, assignment.engagement, by, ends_on=TOO_LATE, **box),
            ),
            "change": (
                reverse("volunteers:assignment-change", args=[assignment.pk]),
                (reverse("api:assignment-detail", args=[assignment.pk]), "patch"),
                made | at,
                lambda by, **box: assignments.change_assignment(
                    first, ends_on=TOO_LATE, by=by, **box
                ),
            ),
            "extend": (
                reverse("volunteers:assignment-extend", args=[assignment.pk]),
                (reverse("api:mission-extend", args=[assignment.pk]), "post"),
                {"ends_on": day} | at,
                lambda by, **box: extend(first, ends_on=TOO_LATE, by=by, **box),
            ),
            "hand over": (
                reverse("volunteers:assignment-replace", args=[assignment.pk]),
                (reverse("api:mission-replace", args=[assignment.pk]), "post"),
                sent_relay | {"ends_on": relay["ends_on"].isoformat()} | at,
                lambda by, **box: replace(first, Replacement(**relay), by=by, today=FIRST, **box),
            ),
        }

    @pytest.mark.parametrize("what", ["make", "change", "extend", "hand over"])
    @pytest.mark.parametrize("door", ["service", "page", "api"])
    def test_is_asked_in_the_same_words_whatever_is_done_by_any_door(
        self, browser, person, engagement, member, coordinator, what, door
    ):
        other = VolunteerFactory(member=member, available_from=FIRST)
        dates = {"starts_on": FIRST, "ends_on": timezone.localdate() + YEAR // 2}
        assignment = AssignmentFactory(
            volunteer=person, engagement=engagement, days_a_week=1, **dates
        )
        page, (api, method), sent, service = self.doors(assignment, person, other)[what]
        api_sent = {name: sent[name] for name in ("ends_on", "seen")} if what == "change" else sent
        before = list(Assignment.objects.order_by("pk").values())

        with pytest.raises(Asked) as asked, transaction.atomic():
            service(coordinator)
        words = by_field(asked.value)["past_law"]
        if door == "page":
            answer = browser.post(page, sent)
            assert answer.context_data["form"].errors["past_law"] == words
            assert 'type="checkbox" name="past_law"' in answer.content.decode()
        if door == "api":
            answer = getattr(browser, method)(api, api_sent, content_type="application/json")
            assert (answer.status_code, answer.json()["errors"]["past_law"]) == (400, words)
        assert list(Assignment.objects.order_by("pk").values()) == before

        if door == "service":
            service(coordinator, past_law=True)
        if door == "page":
            assert browser.post(page, sent | {"past_law": "on"}).status_code == 302
        if door == "api":
            answer = getattr(browser, method)(
                api, api_sent | {"past_law": True}, content_type="application/json"
            )
            assert answer.status_code in {200, 201}, answer.content
        assert list(Assignment.objects.order_by("pk").values()) != before

    @pytest.mark.parametrize("change", ["confirm", "extend", "change", "begin earlier"])
    def test_of_an_agreement_stops_every_change(self, person, engagement, coordinator, change):
        """Whatever came in before the agreement was there."""
        ends_on = TOO_LATE if change == "confirm" else LAST_BY_LAW
        assignment = AssignmentFactory(
            volunteer=person,
            engagement=engagement,
            starts_on=FIRST,
            ends_on=ends_on,
            days_a_week=1,
            confirmed_on=None,
        )
        AgreementFactory(volunteer=person, starts_on=FIRST, ends_on=LAST_BY_LAW)
        act = {
            "confirm": lambda: assignments.confirm_assignment(
                assignment, by=coordinator, today=FIRST, seen=assignment.version
            ),
            "extend": lambda: extend(assignment, ends_on=TOO_LATE, by=coordinator),
            "change": lambda: assignments.change_assignment(
                assignment, ends_on=TOO_LATE, by=coordinator
            ),
            "begin earlier": lambda: assignments.change_assignment(
                assignment, starts_on=FIRST - DAY, ends_on=LAST_BY_LAW + DAY, by=coordinator
            ),
        }[change]

        with pytest.raises(Refused) as refused:
            act()

        assert set(by_field(refused.value)) == {"ends_on"}
        assignment.refresh_from_db()
        assert (assignment.starts_on, assignment.ends_on, assignment.confirmed_on) == (
            FIRST,
            ends_on,
            None,
        )

    @pytest.mark.parametrize(
        "form", [form for form in SponsorshipAgreement.Form if form != "loan-l8241-3"]
    )
    def test_does_not_bind_what_is_no_such_loan(self, person, engagement, coordinator, form):
        AgreementFactory(volunteer=person, form=form, starts_on=FIRST, ends_on=TOO_LATE)

        assert assign(person, engagement, coordinator, ends_on=TOO_LATE).ends_on == TOO_LATE

    def test_counts_from_the_agreements_first_day(self, person, engagement, coordinator):
        AgreementFactory(volunteer=person, starts_on=date(2026, 1, 5), ends_on=date(2028, 12, 31))

        with pytest.raises(Refused, match="until 4 January 2029"):
            assign(person, engagement, coordinator, ends_on=date(2029, 1, 5))
        assert assign(person, engagement, coordinator, ends_on=date(2029, 1, 4))


class TestAnAgreementEndedEarly:
    ENDED = date(2026, 6, 30)

    @pytest.fixture
    def ended(self, person):
        dates = {"starts_on": date(2026, 1, 5), "ends_on": date(2028, 12, 31)}
        return AgreementFactory(
            volunteer=person, ended_on=self.ENDED, end_reason="Moved", **dates, **SIGNED
        )

    @pytest.mark.parametrize(
        ("day", "is_past"), [(ENDED - DAY, False), (ENDED, False), (ENDED + DAY, True)]
    )
    def test_counts_until_the_day_it_ended(self, ended, person, engagement, day, is_past):
        loans = loans_of([person.pk])[person.pk]

        assert limit_on(loans, date(2026, 1, 5), day).is_past_the_agreement(day) == is_past

    def test_marks_the_assignments_that_outlast_it(self, ended, person, engagement):
        AssignmentFactory(volunteer=person, engagement=engagement, ends_on=self.ENDED + DAY)

        (term,) = relay.plan_of(engagement, date(2026, 6, 1)).terms

        assert term.is_past_the_agreement

    def test_binds_no_assignment_that_begins_after_it(self, ended, person, engagement, coordinator):
        assert assign(person, engagement, coordinator, ends_on=LAST_BY_LAW).ends_on == LAST_BY_LAW

    def test_its_last_day_is_one_thing_in_rows_and_in_queries(self, ended):
        (row,) = SponsorshipAgreement.objects.with_last_day().filter(stops_on=ended.last_day)

        assert row.last_day == self.ENDED
        assert not SponsorshipAgreement.objects.running(self.ENDED + DAY).exists()
        assert SponsorshipAgreement.objects.running(self.ENDED).exists()


class TestTheLoanThatAnAssignmentStandsOn:
    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "is_carried"),
        [
            (FIRST - 9 * DAY, FIRST - DAY, False),
            (FIRST - 9 * DAY, FIRST, True),
            (FIRST + 20 * DAY, FIRST + 40 * DAY, True),
            (FIRST + 21 * DAY, FIRST + 40 * DAY, False),
        ],
    )
    def test_has_a_day_in_common_with_it(self, starts_on, ends_on, is_carried):
        ended = LoanPeriod(FIRST, FIRST + 20 * DAY, was_ended=True)

        assert ended.carries(starts_on, ends_on) is is_carried

    def test_is_over_where_it_was_not_ended(self):
        """A mission that outlasts its agreement stands on it: that is what is told."""
        assert LoanPeriod(FIRST, FIRST + 20 * DAY, was_ended=False).carries(
            FIRST + 21 * DAY, FIRST + 40 * DAY
        )

    @pytest.mark.parametrize(
        ("first", "last", "is_lent"),
        [
            (FIRST - 9 * DAY, FIRST - DAY, True),
            (FIRST - 9 * DAY, FIRST, False),
            (FIRST + 40 * DAY, FIRST + 60 * DAY, False),
            (FIRST + 41 * DAY, FIRST + 60 * DAY, True),
        ],
    )
    def test_is_none_while_a_service_runs(self, person, first, last, is_lent):
        AgreementFactory(volunteer=person, form="service", starts_on=first, ends_on=last)
        assignment = Assignment(volunteer=person, starts_on=FIRST, ends_on=FIRST + 40 * DAY)

        assert (limit_of(assignment) is not None) is is_lent


class TestANeedTakenTwice:
    @pytest.fixture
    def need(self, engagement):
        return StaffingNeedFactory(
            engagement=engagement, starts_on=FIRST, ends_on=FIRST + 60 * DAY, days_a_week=2
        )

    @pytest.fixture
    def first(self, person, engagement, need, coordinator):
        return assign(
            person,
            engagement,
            coordinator,
            need=need,
            ends_on=FIRST + 30 * DAY,
            days_a_week=Decimal(2),
        )

    def test_is_refused_by_page_api_and_service(
        self, browser, person, engagement, need, first, coordinator
    ):
        sent = {
            "volunteer": person.pk,
            "need": need.pk,
            "role": "Developer",
            "starts_on": (FIRST + 30 * DAY).isoformat(),
            "ends_on": (FIRST + 40 * DAY).isoformat(),
            "days_a_week": "2",
        }

        page = browser.post(reverse("volunteers:assignment-create", args=[engagement.pk]), sent)
        api = browser.post(
            reverse("api:assignment-list"),
            sent | {"engagement": engagement.pk},
            content_type="application/json",
        )
        with pytest.raises(Refused) as refused:
            assign(person, engagement, coordinator, need=need, ends_on=FIRST + 40 * DAY)

        words = [
            "Alix covers this need already, from 1 December 2026 to 31 December 2026: change that mission instead."
        ]
        assert page.context_data["form"].errors["need"] == api.json()["errors"]["need"] == words
        assert by_field(refused.value)["need"] == words
        assert Assignment.objects.count() == 1

    def test_the_day_after_is_another_assignment(
        self, person, engagement, need, first, coordinator
    ):
        again = assign(
            person,
            engagement,
            coordinator,
            need=need,
            starts_on=first.ends_on + DAY,
            ends_on=first.ends_on + 9 * DAY,
        )

        with pytest.raises(Refused):
            assignments.change_assignment(again, starts_on=first.ends_on, by=coordinator)

    def test_two_people_share_a_need(self, member, engagement, need, first, coordinator):
        assert assign(VolunteerFactory(member=member), engagement, coordinator, need=need)


class TestMoreDaysThanPromised:
    @pytest.fixture
    def monday(self):
        return workdays.monday_of(timezone.localdate()) - timedelta(days=7)

    @pytest.fixture
    def assignment(self):
        today = timezone.localdate()
        return AssignmentFactory(
            starts_on=today - 60 * DAY, ends_on=today + 60 * DAY, days_a_week=1
        )

    def days(self, monday, number):
        return [{"day": (monday + n * DAY).isoformat(), "half_days": 2} for n in range(number)]

    def page(self, client, assignment, monday, number, **more):
        client.force_login(assignment.volunteer.user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        sent = (
            {"week": monday.isoformat(), "done": "x"}
            | {f"day_{n}": "2" for n in range(number)}
            | more
        )
        return client.post(reverse("volunteers:log-work", args=[assignment.pk]), sent, follow=True)

    def api(self, client, assignment, monday, number, **more):
        client.force_login(assignment.volunteer.user)
        sent = {"week": monday.isoformat(), "done": "x", "days": self.days(monday, number)} | more
        address = reverse("api:assignment-log-week", args=[assignment.pk])
        return client.post(
            address, sent, content_type="application/json", headers={"accept-language": "en"}
        )

    def test_five_days_on_an_assignment_of_one_are_asked_about(self, client, assignment, monday):
        page = self.page(client, assignment, monday, 5)
        api = self.api(client, assignment, monday, 5)

        words = "This week would have 5 days, on a mission of 1 day a week. Say that it is so."
        assert (page.status_code, api.status_code) == (422, 400)
        assert api.json()["errors"] == {"more_days": [words]}
        assert words in page.content.decode()
        assert 'name="more_days"' in page.content.decode()
        assert not WorkDay.objects.exists()

    def test_and_saved_once_somebody_says_so(self, client, assignment, monday):
        assert self.page(client, assignment, monday, 5, more_days="on").status_code == 200
        assert WorkDay.objects.count() == 5

        assert self.api(client, assignment, monday - 7 * DAY, 5, more_days=True).status_code == 201
        assert WorkDay.objects.count() == 10

    def test_and_put_back_without_being_asked_again(self, client, assignment, monday):
        self.page(client, assignment, monday, 5, more_days="on")
        self.page(client, assignment, monday, 0, nothing="1", seen="1", sure="1")
        assert WorkDay.objects.count() == 0

        self.page(client, assignment, monday, 0, put_back="1", seen="2")

        assert WorkDay.objects.count() == 5

    @pytest.mark.parametrize(("number", "is_asked"), [(1, False), (2, False), (3, True)])
    def test_a_week_may_make_up_for_another(self, client, assignment, monday, number, is_asked):
        assert (self.api(client, assignment, monday, number).status_code == 400) == is_asked

    def test_what_is_more_than_promised_is_never_saved_without_a_word(
        self, client, assignment, monday
    ):
        assert "more than this mission's 1 day a week" in self.page(
            client, assignment, monday, 2
        ).content.decode().replace("&#39;", "'")
        assert (
            "more than this mission"
            not in self.page(client, assignment, monday - 7 * DAY, 1).content.decode()
        )

    def test_days_that_stood_before_count(self, client, assignment, monday):
        self.api(client, assignment, monday, 2)
        third = [{"day": (monday + 2 * DAY).isoformat(), "half_days": 1}]

        assert self.api(client, assignment, monday, 0, days=third, seen=1).status_code == 400
