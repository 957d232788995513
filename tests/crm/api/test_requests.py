"""Support requests by the API: the services and refusals of the pages."""

from datetime import date

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from crm.models import Referral, SupportRequest
from crm.services import requests
from engagements.models import Engagement
from tests.api_client import ReadingBrowser
from tests.crm.factories import (
    MemberOfferFactory,
    ReferralFactory,
    SupportRequestFactory,
    person_as,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    client = ReadingBrowser()
    client.force_login(person_as(Role.DESK))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def post(client, request, verb, body=None):
    url = reverse(f"api:supportrequest-{verb}", args=[request.pk])
    return client.post(url, body or {}, content_type="application/json")


class TestTheDesk:
    def test_walks_a_request_to_a_member(self, desk):
        request, offer = SupportRequestFactory(), MemberOfferFactory(needs=["matching"])

        assert post(desk, request, "qualify").json()["state"] == "qualified"
        candidates = desk.get(reverse("api:supportrequest-candidates", args=[request.pk])).json()
        assert candidates[0]["reasons"][0] == {
            "code": "need-named",
            "points": 20,
            "words": "This need is one that it names.",
        }
        answer = post(desk, request, "refer", {"offer": offer.pk})

        assert answer.json()["state"] == "referred"
        assert answer.json()["owner"] == offer.member_id

    def test_a_refusal_is_a_problem_at_its_field(self, desk):
        request = SupportRequestFactory(qualified=True)
        offer = MemberOfferFactory(ess_forms=["scop"])

        answer = post(desk, request, "refer", {"offer": offer.pk})

        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["errors"].keys() == {"override_reason"}

    def test_what_was_read_long_ago_is_a_conflict(self, desk):
        request = SupportRequestFactory()
        url = reverse("api:supportrequest-detail", args=[request.pk])
        desk.patch(url, {"name": "First"}, content_type="application/json")

        answer = desk.patch(
            url, {"name": "Second", "seen": request.version}, content_type="application/json"
        )

        assert answer.status_code == 409
        assert SupportRequest.objects.get().name == "First"

    @pytest.mark.parametrize(
        ("verb", "body"),
        [
            ("nobody", {"next_step": "", "review_on": "2030-01-01"}),
            ("nobody", {"next_step": "Wait", "review_on": "2020-01-01"}),
            ("question", {"text": ""}),
            ("note", {}),
            ("merge", {"into": 987_654_321}),
            ("refer", {"offer": "x"}),
        ],
    )
    def test_bad_input_changes_nothing(self, desk, verb, body):
        request = SupportRequestFactory(qualified=True)

        answer = post(desk, request, verb, body)

        assert answer.status_code == 400
        request.refresh_from_db()
        assert request.state == "qualified"

    def test_merges_and_undoes(self, desk):
        twice, first = SupportRequestFactory(), SupportRequestFactory()

        assert post(desk, twice, "merge", {"into": first.pk}).json()["merged_into"] == first.pk
        assert post(desk, twice, "unmerge").json()["state"] == "received"

    def test_says_nobody_notes_and_withdraws(self, desk):
        request = SupportRequestFactory(qualified=True)

        assert post(desk, request, "note", {"text": "Called."}).status_code == 200
        response = post(desk, request, "nobody", {"next_step": "Wait.", "review_on": "2030-01-01"})
        assert response.json()["due_on"] == "2030-01-01"
        assert post(desk, request, "withdraw").json()["state"] == "withdrawn"

    def test_the_whole_request_has_its_file_and_the_list_has_not(self, desk):
        request = SupportRequestFactory()
        requests.add_fact(request, text="Forty people.", at=request.submitted_at)

        whole = desk.get(reverse("api:supportrequest-detail", args=[request.pk])).json()
        (row,) = desk.get(reverse("api:supportrequest-list")).json()["results"]

        assert whole["entries"][0]["text"] == "Forty people."
        assert "entries" not in row

    @pytest.mark.parametrize("size", [2, 9])
    @pytest.mark.parametrize(
        ("route", "count"), [("supportrequest", 4), ("referral", 4), ("memberoffer", 4)]
    )
    def test_lists_cost_the_same_whatever_their_size(
        self, desk, size, route, count, django_assert_num_queries
    ):
        for _turn in range(size):
            ReferralFactory()

        with django_assert_num_queries(count):
            answer = desk.get(reverse(f"api:{route}-list"))
        assert len(answer.json()["results"]) == size


class TestAMember:
    @pytest.fixture
    def referral(self, member):
        MemberOfferFactory(member=member)
        return ReferralFactory(member=member)

    @pytest.fixture
    def own(self, coordinator):
        client = ReadingBrowser()
        client.force_login(coordinator)
        return client

    def test_declines_with_a_reason(self, own, referral):
        url = reverse("api:referral-decline", args=[referral.pk])
        assert (
            own.post(
                url,
                {"reason": "junk", "seen": referral.request.version},
                content_type="application/json",
            ).status_code
            == 400
        )

        answer = own.post(
            url,
            {"reason": "capacity", "seen": referral.request.version},
            content_type="application/json",
        )

        assert (answer.json()["state"], answer.json()["decline_reason"]) == ("declined", "capacity")

    def test_accepts_into_an_engagement(self, own, referral, coordinator):
        body = {
            "referral": referral.pk,
            "title": "Matching",
            "coordinator": coordinator.pk,
            "started_on": str(date(2026, 6, 15)),
            "seen": referral.request.version,
        }
        url = reverse("api:engagement-accept-referral")

        answer = own.post(url, body, content_type="application/json")
        again = own.post(url, body, content_type="application/json")

        assert answer.status_code == 201
        assert answer.json()["request"] == referral.request_id
        assert again.status_code == 400
        assert Engagement.objects.count() == 1

    def test_another_members_referral_is_as_if_missing(self, own, coordinator):
        foreign = ReferralFactory()
        body = {
            "referral": foreign.pk,
            "title": "X",
            "coordinator": coordinator.pk,
            "started_on": "2026-06-15",
            "seen": 1,
        }

        answer = own.post(
            reverse("api:engagement-accept-referral"), body, content_type="application/json"
        )

        assert answer.status_code == 400
        assert Referral.objects.get().state == "proposed"

    def test_tries_an_offer_without_saving_it_then_saves_it(self, own, referral, member):
        offer = member.offer
        SupportRequestFactory()
        url = reverse("api:memberoffer-detail", args=[offer.pk])

        tried = own.post(
            f"{url}try/", {"ess_forms": ["scop"]}, content_type="application/json"
        ).json()
        offer.refresh_from_db()
        assert (tried["changed"], offer.ess_forms) == (2, [])
        saved = own.patch(url, {"ess_forms": ["scop"]}, content_type="application/json")

        assert saved.json()["ess_forms"] == ["scop"]

    @pytest.mark.parametrize(
        "body", [{"ess_forms": ["junk"]}, {"places": -1}, {"goals": [18]}, {"needs": "matching"}]
    )
    def test_a_bad_offer_is_refused(self, own, member, body):
        offer = MemberOfferFactory(member=member)

        answer = own.patch(
            reverse("api:memberoffer-detail", args=[offer.pk]),
            body,
            content_type="application/json",
        )

        assert answer.status_code == 400
