"""What a mission may not outlast, and a need taken twice; the same words by page, API and service."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Asked, Refused, by_field
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    StaffingNeedFactory,
    VolunteerFactory,
)
from tests.volunteers.long_missions import FIRST, LAST_BY_LAW, assign
from volunteers.models import Assignment, SponsorshipAgreement
from volunteers.services import assignments
from volunteers.services.relay import Replacement, extend, replace

pytestmark = pytest.mark.django_db
TOO_LATE = date(2031, 12, 20)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


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
