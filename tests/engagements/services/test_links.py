"""The link by which somebody without an account answers or signs."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from engagements.models import EngagementLink, Signature
from engagements.selectors import autonomy
from engagements.services import links, survival
from tests.crm.factories import ContactFactory
from tests.engagements.factories import EngagementFactory, SurvivalCheckFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_handover=True)


def link_in(message):
    return re.search(r"/engagements/word/r/([\w-]+)/", message.body)[1]


class TestTheLink:
    @pytest.fixture
    def check(self, django_capture_on_commit_callbacks):
        check = SurvivalCheckFactory(due_on=timezone.localdate() - timedelta(days=3))
        ContactFactory(
            organisation=check.engagement.beneficiary,
            kept_by=check.engagement.member,
            email="rose@asso.example",
        )
        with django_capture_on_commit_callbacks(execute=True):
            survival.ask_check(check, at=timezone.now())
        return check

    def test_the_mail_goes_to_the_organisation_alone_and_opens_one_page(self, check, client):
        (message,) = mail.outbox
        assert message.to == ["rose@asso.example"]

        response = client.get(reverse("engagements:link-enter", args=[link_in(message)]))
        assert (response.status_code, response["Referrer-Policy"]) == (302, "no-referrer")
        page = client.get(response["Location"])

        assert check.engagement.title in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        assert (
            client.get(
                reverse("engagements:engagement-detail", args=[check.engagement_id])
            ).status_code
            == 302
        )

    def test_the_answer_is_kept_with_the_name(self, check, client):
        client.get(reverse("engagements:link-enter", args=[link_in(mail.outbox[0])]))
        client.post(
            reverse("engagements:link-word"),
            {
                "is_running": "True",
                "usage": "weekly",
                "keeper": "partner",
                "answered_by": "Rose",
                "seen": 2,
            },
        )

        check.refresh_from_db()
        assert (check.is_alive, check.answered_by, check.history.latest().history_user) == (
            True,
            "Rose",
            None,
        )

    def test_an_incomplete_answer_keeps_what_was_given(self, check, client):
        client.get(reverse("engagements:link-enter", args=[link_in(mail.outbox[0])]))
        response = client.post(
            reverse("engagements:link-word"),
            {"usage": "weekly", "comment": "It is slow.", "answered_by": "Rose"},
        )

        assert response.status_code == 422
        assert "It is slow." in response.content.decode()

    @pytest.mark.parametrize("token", ["", "x", "a" * 43, "é" * 30])
    def test_a_wrong_link_is_as_if_missing(self, check, client, token):
        client.cookies["relais-word"] = token

        assert client.get(reverse("engagements:link-word")).status_code == 404

    def test_an_expired_or_replaced_link_is_dead(self, check, client):
        first = link_in(mail.outbox[0])
        survival.ask_check(check, at=timezone.now())
        assert client.get(reverse("engagements:link-enter", args=[first])).status_code == 404

        EngagementLink.objects.update(expires_at=timezone.now(), revoked_at=None)
        assert client.get(reverse("engagements:link-enter", args=[first])).status_code == 404

    def test_no_secret_is_stored(self, check):
        token = link_in(mail.outbox[0])

        assert token not in str(EngagementLink.objects.values_list())

    def test_a_lead_without_an_account_signs_by_link(
        self, engagement, client, django_capture_on_commit_callbacks
    ):
        ContactFactory(
            organisation=engagement.beneficiary,
            kept_by=engagement.member,
            email="rose@asso.example",
        )
        with django_capture_on_commit_callbacks(execute=True):
            links.ask_to_sign(engagement, at=timezone.now())
        client.get(reverse("engagements:link-enter", args=[link_in(mail.outbox[0])]))

        assert (
            "Who holds what"
            in client.get(
                reverse("engagements:link-word"), headers={"accept-language": "en"}
            ).content.decode()
        )
        client.post(
            reverse("engagements:link-word"),
            {"agrees": "True", "name": "Rose", "seen": autonomy.seal_of(engagement)},
        )

        signed = Signature.objects.get()
        assert (signed.side, signed.agrees, signed.signed_by, signed.name) == (
            "beneficiary",
            True,
            None,
            "Rose",
        )

    def test_both_languages_and_html(self, check):
        (message,) = mail.outbox
        html = message.alternatives[0][0]
        assert "toujours" in message.subject
        assert link_in(message) in html
