"""The holder's secret link."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.models import SecretLink
from crm.services.links import digest_of, make_link, open_link
from tests.access.test_access import body_of
from tests.crm.factories import SupportRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


class TestTheLink:
    @pytest.fixture
    def link(self, client):
        """The path of a mailed link to a request that was sent."""
        request = SupportRequestFactory(is_address_confirmed=False)
        token = make_link(request, SecretLink.Purpose.MAIL, at=timezone.now())
        return request, reverse("crm:ask-enter", args=[token])

    def test_opens_the_request_and_leaves_the_address_at_once(self, client, link):
        request, path = link

        response = client.get(path)

        assert response.url == reverse("crm:ask-follow")
        cookie = response.cookies["relais-ask"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/ask/", True, "Lax")
        assert request.reference in client.get(response.url).content.decode()

    def test_says_nothing_to_other_sites_caches_and_search_engines(self, client, link):
        _request, path = link

        entered, followed = client.get(path), client.get(reverse("crm:ask-follow"))

        assert (entered["Referrer-Policy"], followed["Referrer-Policy"]) == (
            "no-referrer",
            "same-origin",
        )
        for response in (entered, followed):
            assert "no-store" in response["Cache-Control"]
            assert response["X-Robots-Tag"] == "noindex"

    def test_is_stored_as_its_digest_only(self, link):
        _request, path = link
        token = path.rstrip("/").rsplit("/", 1)[-1]

        assert len(token) >= 43
        assert token not in str(list(SecretLink.objects.order_by("pk").values_list()))

    def test_expired_revoked_and_guessed_look_the_same(self, client, link):
        _request, path = link
        client.get(path)
        page = reverse("crm:ask-follow")
        SecretLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        expired = client.get(page)
        SecretLink.objects.update(
            expires_at=timezone.now() + timedelta(days=1), revoked_at=timezone.now()
        )
        revoked = client.get(page)
        guess = reverse("crm:ask-enter", args=["A" * 43])
        guessed = client.get(guess)

        assert {answer.status_code for answer in (expired, revoked, guessed)} == {404}
        assert body_of(expired, page) == body_of(revoked, page) == body_of(guessed, guess)

    def test_ten_thousand_guesses_find_nothing(self, link):
        now, guesses = timezone.now(), [f"guess-{number:037}" for number in range(10_000)]
        digests = [digest_of(guess) for guess in guesses]

        assert not any(open_link(guess, at=now) for guess in guesses[:200])
        for first in range(0, 10_000, 500):
            assert not SecretLink.objects.filter(digest__in=digests[first : first + 500]).exists()

    def test_looking_confirms_nothing_and_acting_does(self, client, link):
        request, path = link
        client.get(path)
        client.get(reverse("crm:ask-follow"))
        request.refresh_from_db()
        assert not request.is_address_confirmed

        client.post(reverse("crm:ask-confirm"))

        request.refresh_from_db()
        assert request.is_address_confirmed

    def test_renewing_ends_every_other_link_and_mails_a_new_one(
        self, client, link, mailoutbox, django_capture_on_commit_callbacks
    ):
        request, path = link
        other = make_link(request, SecretLink.Purpose.MAIL, at=timezone.now())
        client.get(path)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("crm:ask-renew"))

        assert open_link(other, at=timezone.now()) is None
        assert client.get(reverse("crm:ask-follow")).status_code == 200
        (path,) = re.findall(r"/ask/r/[\w-]+/", mailoutbox[0].body)
        assert open_link(path.split("/")[3], at=timezone.now()).request == request
        assert mailoutbox[0].to == [request.email]

    def test_the_link_of_a_member_does_not_open_the_holders_page(self, client):
        from tests.crm.factories import ReferralFactory

        referral = ReferralFactory()
        token = make_link(
            referral.request, SecretLink.Purpose.MEMBER, at=timezone.now(), referral=referral
        )

        assert client.get(reverse("crm:ask-enter", args=[token])).status_code == 404
