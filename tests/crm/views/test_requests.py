"""The inbox of the desk, a request, and the page that proposes members for it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.services import requests
from tests.crm.factories import (
    MemberOfferFactory,
    NeedFactory,
    ReferralFactory,
    SupportRequestFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


class TestTheInbox:
    def test_counts_and_filters_agree(self, as_desk):
        SupportRequestFactory(due_on=timezone.localdate() + timedelta(days=3))
        SupportRequestFactory(qualified=True)
        SupportRequestFactory(nobody=True, due_on=timezone.localdate() + timedelta(days=90))
        ReferralFactory()
        SupportRequestFactory(state="withdrawn", due_on=None)

        boxes = as_desk.get(reverse("crm:request-list")).context["boxes"]

        assert {box.key: box.number for box, _label in boxes} == {
            "new": 1,
            "refer": 1,
            "holder": 0,
            "member": 1,
            "late": 2,
            "nobody": 1,
        }
        for box, _label in boxes:
            page = as_desk.get(reverse("crm:request-list"), {"box": box.key})
            assert len(page.context["rows"]) == box.number, box.key

    def test_finds_a_name_without_its_accents(self, as_desk):
        SupportRequestFactory(name="Épicerie de l'Œuvre")
        SupportRequestFactory(name="Other")

        page = as_desk.get(reverse("crm:request-list"), {"q": "epicerie de l'oeuvre"})

        assert [row.name for row in page.context["rows"]] == ["Épicerie de l'Œuvre"]

    @pytest.mark.parametrize("sort", ["due", "-due", "sent", "-sent", "name", "-name", "junk"])
    @pytest.mark.parametrize("state", ["", "open", "closed", "all", "junk"])
    def test_no_row_is_lost_by_sorting(self, as_desk, sort, state):
        SupportRequestFactory()
        SupportRequestFactory(state="withdrawn", due_on=None)
        expected = {"closed": 1, "all": 2}.get(state, 1)

        page = as_desk.get(reverse("crm:request-list"), {"sort": sort, "state": state})

        assert len(page.context["rows"]) == expected

    @pytest.mark.parametrize("size", [2, 12])
    def test_costs_the_same_whatever_waits(self, as_desk, size, django_assert_num_queries):
        for _turn in range(size):
            ReferralFactory(request__need=NeedFactory())
            SupportRequestFactory()

        with django_assert_num_queries(8):
            as_desk.get(reverse("crm:request-list"))

    def test_an_empty_one_teaches(self, as_desk):
        assert "See the public form" in as_desk.get(reverse("crm:request-list")).content.decode()

    @pytest.mark.parametrize("size", [1, 6])
    def test_the_page_of_a_request_costs_the_same_whatever_hangs_from_it(
        self, as_desk, desk, size, django_assert_num_queries
    ):
        request = SupportRequestFactory()
        for number in range(size):
            requests.write_note(request, text=f"Note {number}", by=desk, at=NOW)
            requests.add_fact(request, text=f"Fact {number}", at=NOW)
            SupportRequestFactory(email=request.email)

        with django_assert_num_queries(15):
            as_desk.get(request.get_absolute_url())


class TestOrientationPage:
    def test_those_that_fit_stand_beside_each_other_the_best_first(self, as_desk):
        request = SupportRequestFactory(qualified=True)
        MemberOfferFactory(member__name="Plain")
        MemberOfferFactory(needs=["matching"], member__name="Fitting")

        response = as_desk.get(reverse("crm:request-refer", args=[request.pk]))

        rows = response.context["fitting"]
        assert [candidate.offer.member.name for candidate, _cells in rows] == ["Fitting", "Plain"]
        page = response.content.decode()
        assert page.count("named by it") == 1
        assert re.search(r"The same for all of them: Organisation, Territory", page)
        assert len(re.findall(r'<button type="submit" class="small">', page)) == 1

    def test_the_others_are_folded_with_what_speaks_against_and_without_points(self, as_desk):
        request = SupportRequestFactory(qualified=True)
        fits = MemberOfferFactory(member__name="Fitting")
        MemberOfferFactory(ess_forms=["scop"], member__name="Strict")
        MemberOfferFactory(is_open=False, member__name="Closed")
        MemberOfferFactory(places=0, member__name="Full")
        declined = MemberOfferFactory(member__name="Asked")
        ReferralFactory(
            request=request,
            member=declined.member,
            state="declined",
            decline_reason="capacity",
            answered_at=NOW,
        )

        response = as_desk.get(reverse("crm:request-refer", args=[request.pk]))

        assert [row.offer for row, _cells in response.context["fitting"]] == [fits]
        page = response.content.decode()
        told = page[page.index("4 other members") :]
        assert "It does not support this legal form." in told
        assert "It takes no requests at the moment." in told
        assert "It has no place left." in told
        assert "</time>: No team available in time" in told
        assert "out of 100" not in told

    def test_choosing_proposes_and_a_refusal_keeps_the_reason_typed(self, as_desk):
        request = SupportRequestFactory(qualified=True)
        strict = MemberOfferFactory(ess_forms=["scop"])
        url = reverse("crm:request-refer", args=[request.pk])

        MemberOfferFactory()  # that one fits, and so the others are folded

        refused = as_desk.post(url, {"offer": strict.pk, "seen": request.version})
        accepted = as_desk.post(
            url,
            {"offer": strict.pk, "seen": request.version, "override_reason": "They asked for it."},
        )

        assert refused.status_code == 422
        assert refused.content.decode().count('<details class="fold" open>') == 1
        assert accepted.status_code == 302

    @pytest.mark.parametrize("size", [2, 9])
    def test_costs_the_same_whatever_the_number_of_members(
        self, as_desk, size, django_assert_num_queries
    ):
        request = SupportRequestFactory(qualified=True)
        for _turn in range(size):
            MemberOfferFactory()

        with django_assert_num_queries(7):
            as_desk.get(reverse("crm:request-refer", args=[request.pk]))
