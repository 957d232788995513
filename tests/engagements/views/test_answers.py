"""A member answers a proposal: with an account, or by the signed link."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import Referral, SecretLink, SupportRequest
from crm.services import links, requests
from engagements.models import Engagement
from tests.crm.factories import (
    MemberOfferFactory,
    ReferralFactory,
    SupportRequestFactory,
    person_as,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.fixture
def referral(member):
    MemberOfferFactory(member=member)
    return ReferralFactory(member=member)


class TestWithAnAccount:
    def test_accepts_from_the_page_of_the_request(self, client, referral, coordinator):
        client.force_login(coordinator)
        url = reverse("engagements:referral-accept", args=[referral.pk])
        assert client.get(url).context["form"].initial["title"] == referral.request.name

        response = client.post(
            url,
            {
                "title": "Matching",
                "coordinator": coordinator.pk,
                "started_on": "2026-06-15",
                "seen": 1,
            },
            follow=True,
        )

        assert response.redirect_chain[-1][0] == Engagement.objects.get().get_absolute_url()
        page = client.get(referral.request.get_absolute_url()).content.decode()
        assert Engagement.objects.get().get_absolute_url() in page

    def test_the_desk_does_not_accept_for_a_member(self, client, referral):
        client.force_login(person_as(Role.DESK))

        assert (
            client.get(reverse("engagements:referral-accept", args=[referral.pk])).status_code
            == 403
        )


class TestBySignedLink:
    @pytest.fixture
    def member_client(self, client, referral):
        token = links.make_link(
            referral.request, SecretLink.Purpose.MEMBER, at=timezone.now(), referral=referral
        )
        response = client.get(reverse("engagements:answer-enter", args=[token]))
        assert response.url == reverse("engagements:answer")
        assert response.cookies["relais-answer"]["path"] == "/engagements/answer/"
        return client

    def test_accepts_without_an_account(self, member_client, coordinator):
        response = member_client.post(
            reverse("engagements:answer-accept"),
            {
                "title": "Matching",
                "coordinator": coordinator.pk,
                "started_on": "2026-06-15",
                "seen": 1,
            },
        )

        assert response.status_code == 200
        assert Engagement.objects.get().coordinator == coordinator
        assert member_client.get(reverse("engagements:answer")).status_code == 404

    def test_declines_with_a_reason(self, member_client):
        answer = {"reason": "need", "text": "We only do maps.", "seen": 1}
        member_client.post(reverse("engagements:answer-decline"), answer)

        assert Referral.objects.get().decline_reason == "need"

    def test_asks_and_the_link_goes_on_opening(self, member_client):
        member_client.post(reverse("engagements:answer-question"), {"text": "How many people?"})

        assert SupportRequest.objects.get().waiting_for == "holder"
        assert (
            "How many people?" in member_client.get(reverse("engagements:answer")).content.decode()
        )

    @pytest.mark.parametrize("verb", ["accept", "decline", "question"])
    def test_an_empty_answer_is_told_and_changes_nothing(self, member_client, verb):
        response = member_client.post(reverse(f"engagements:answer-{verb}"), {})

        assert response.status_code == 422
        assert Referral.objects.get().state == "proposed"

    def test_shows_no_address_and_no_internal_note(self, member_client, referral, coordinator):
        requests.write_note(referral.request, text="NOT FOR THEM", by=coordinator, at=NOW)

        page = member_client.get(reverse("engagements:answer")).content.decode()

        assert "NOT FOR THEM" not in page
        assert referral.request.email not in page

    def test_the_holders_link_does_not_answer_for_the_member(self, client):
        token = links.make_link(SupportRequestFactory(), SecretLink.Purpose.MAIL, at=timezone.now())

        assert client.get(reverse("engagements:answer-enter", args=[token])).status_code == 404
        for verb in ("accept", "decline", "question"):
            assert client.post(reverse(f"engagements:answer-{verb}"), {}).status_code == 404
