"""The public form and the holder's secret link."""

import re
import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.domain.request_states import RequestState
from crm.forms.requests import SALT
from crm.models import Attachment, RequestEntry, SecretLink, SupportRequest
from crm.services import company_search, requests
from crm.services.links import digest_of, make_link, open_link
from tests.access.test_access import body_of
from tests.crm.factories import NeedFactory, SupportRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
STEPS = {
    "organisation": {
        "name": "L'Atelier « été » 🚲",
        "ess_form": "association",
        "postal_code": "93200",
        "siren": "",
    },
    "need": {
        "need": "matching",
        "need_text": "=HYPERLINK(1) <script>alert(1)</script>",
        "audience": "beneficiaries",
    },
    "project": {"maturity": "idea", "lead": "full-time", "skills": "none"},
    "barriers": {f"barrier_{name}": "2" for name in ("culture", "expertise", "finance", "time")},
}


def long_ago(seconds=30):
    """What the first page carries when a person has taken their time to read it."""
    then = timezone.now().timestamp() - seconds
    signer = signing.TimestampSigner(salt=SALT)
    stamp = signing.b62_encode(int(then))
    value = f"x:{stamp}"
    return f"{value}:{signer.signature(value)}"


def begin(client, email="hana@ask.example", **fields):
    data = {"contact_name": "Hana", "email": email, "website_2": "", "begun": long_ago()} | fields
    return client.post(reverse("crm:ask-begin"), data, headers={"accept-language": "en"})


def fill(client, **changes):
    NeedFactory()
    for slug, fields in STEPS.items():
        client.post(reverse("crm:ask-step", args=[slug]), fields | changes.get(slug, {}))


def send(client):
    return client.post(reverse("crm:ask-check"), headers={"accept-language": "en"})


class TestTheForm:
    def test_a_holder_without_account_walks_from_the_first_page_to_the_desk(self, client):
        begin(client)
        fill(client)
        response = send(client)

        request = SupportRequest.objects.get()
        assert response.url == reverse("crm:ask-follow")
        assert (request.state, request.waiting_for, request.name) == (
            "received",
            "desk",
            "L'Atelier « été » 🚲",
        )
        assert request.due_on > timezone.localdate()
        assert RequestEntry.objects.get().kind == "received"

    def test_what_is_missing_is_named_and_nothing_is_lost(self, client):
        begin(client)
        client.post(reverse("crm:ask-step", args=["organisation"]), STEPS["organisation"])

        response = send(client)

        assert response.status_code == 422
        assert "Where the project stands" in response.content.decode()
        assert SupportRequest.objects.get().state == RequestState.DRAFT
        assert SupportRequest.objects.get().name == "L'Atelier « été » 🚲"

    def test_a_wrong_siren_is_told_at_its_field_and_the_rest_is_kept(self, client):
        begin(client)
        wrong = STEPS["organisation"] | {"siren": "123 456 789"}

        response = client.post(
            reverse("crm:ask-step", args=["organisation"]), wrong, headers={"accept-language": "en"}
        )

        assert response.status_code == 422
        assert response.context["form"].errors.keys() == {"siren"}
        assert "123 456 789" in response.content.decode()
        assert SupportRequest.objects.get().name == "L'Atelier « été » 🚲"

    def test_sent_twice_arrives_once(self, client):
        begin(client)
        fill(client)
        send(client)
        send(client)

        assert RequestEntry.objects.count() == 1

    def test_markup_is_shown_as_the_text_it_is(self, client):
        begin(client)
        fill(client)
        send(client)

        page = client.get(reverse("crm:ask-follow")).content.decode()

        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page

    @pytest.mark.parametrize("slug", STEPS)
    @pytest.mark.parametrize(
        "text", ["a\0b", "x" * 40_000, "\ud83d\ude00" * 10, "'; DROP TABLE x;--"]
    )
    def test_no_text_breaks_a_step(self, client, slug, text):
        begin(client)
        NeedFactory()
        text = text.encode("utf-16", "surrogatepass").decode("utf-16")

        response = client.post(
            reverse("crm:ask-step", args=[slug]), dict.fromkeys(STEPS[slug], text)
        )

        assert response.status_code in {302, 422}


class TestRobots:
    def test_the_field_that_nobody_sees_keeps_nothing_and_a_person_reads_so(
        self, client, mailoutbox
    ):
        response = begin(client, website_2="https://spam.example")

        assert response.url == reverse("crm:ask-sent")
        assert not SupportRequest.objects.exists()
        assert mailoutbox == []
        page = client.get(response.url, headers={"accept-language": "en"}).content.decode()
        assert "was not received" in page
        assert f'href="{reverse("crm:ask-begin")}"' in page

    @pytest.mark.parametrize(
        "begun",
        ["", "forged", "x:1:abc", long_ago(seconds=25 * 3600), None],
        ids=["none", "forged", "signed by another", "a day old", "at once"],
    )
    def test_time_is_a_reason_to_ask_once_more_with_the_text_kept(self, client, begun):
        response = begin(client, begun=long_ago(seconds=0) if begun is None else begun)

        assert response.status_code == 422
        assert not SupportRequest.objects.exists()
        page = response.content.decode()
        assert "Nothing is lost: press the button once more." in page
        typed = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', page))
        assert (typed["contact_name"], typed["email"]) == ("Hana", "hana@ask.example")

        again = client.post(reverse("crm:ask-begin"), typed | {"website_2": ""})

        assert again.url == reverse("crm:ask-step", args=["organisation"])
        assert SupportRequest.objects.get().email == "hana@ask.example"

    def test_one_network_begins_so_many_an_hour_and_is_told(self, client):
        most = settings.REQUEST_LIMITS["drafts_an_hour"]
        answers = [begin(client, email=f"h{number}@ask.example") for number in range(most + 5)]

        assert SupportRequest.objects.count() == most
        assert answers[-1].status_code == 422
        assert "network" in answers[-1].content.decode()

    def test_one_address_gets_one_mail_an_hour_whoever_asks(
        self, client, mailoutbox, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            for _turn in range(5):
                begin(client, email="victim@ask.example")

        assert len(mailoutbox) == 1
        assert SupportRequest.objects.count() == 5

    def test_no_mail_carries_what_somebody_typed(
        self, client, mailoutbox, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            begin(client, contact_name="Buy at https://spam.example")
            fill(client, organisation={"name": "https://spam.example"})
            SupportRequest.objects.update(is_address_confirmed=True)
            send(client)

        assert len(mailoutbox) == 2
        for message in mailoutbox:
            assert "spam" not in message.subject + message.body + message.alternatives[0].content


class TestTheReceipt:
    """Whoever sends a request hears that it arrived, at an address that they looked at before."""

    @pytest.fixture
    def drafted(self, client, mailoutbox, django_capture_on_commit_callbacks):
        def act(make):
            with django_capture_on_commit_callbacks(execute=True):
                return make()

        act(lambda: begin(client))
        act(lambda: fill(client))
        return act

    def correct(self, client, email):
        return client.post(
            reverse("crm:ask-address"),
            {"email": email},
            follow=True,
            headers={"accept-language": "en"},
        )

    def test_comes_however_soon_after_the_mail_of_the_draft(self, client, drafted, mailoutbox):
        drafted(lambda: send(client))

        request = SupportRequest.objects.get()
        assert [message.to for message in mailoutbox] == [["hana@ask.example"]] * 2
        assert request.reference in mailoutbox[1].subject
        assert not request.is_address_confirmed

    def test_is_what_to_keep_since_the_page_alone_opens_nothing_elsewhere(
        self, client, drafted, mailoutbox
    ):
        drafted(lambda: send(client))

        page = client.get(reverse("crm:ask-follow"), headers={"accept-language": "en"})

        assert Client().get(page.request["PATH_INFO"]).status_code != 200
        assert "Keep the link in our mail" in page.content.decode()
        (link,) = re.findall(r"/ask/r/\S+", mailoutbox[1].body)
        assert "D-" in Client().get(link, follow=True).content.decode()

    def test_comes_for_the_second_request_of_the_hour_as_well(self, client, drafted, mailoutbox):
        drafted(lambda: send(client))
        drafted(lambda: begin(client))
        drafted(lambda: fill(client))
        drafted(lambda: send(client))

        assert len(mailoutbox) == 3  # one draft's mail within the hour, and each receipt

    @pytest.mark.parametrize("kind", ["question", "nobody"])
    def test_so_does_what_the_desk_says_within_the_hour(
        self, client, drafted, mailoutbox, administrator, kind
    ):
        drafted(lambda: send(client))
        request, now = SupportRequest.objects.get(), timezone.now()
        if kind == "question":
            drafted(lambda: requests.ask_holder(request, text="Who?", by=administrator, at=now))
        else:
            requests.qualify(request, by=administrator, at=now)
            soon = timezone.localdate() + timedelta(days=30)
            drafted(
                lambda: requests.nobody_fits(
                    request, next_step="X", review_on=soon, by=administrator, at=now
                )
            )

        assert len(mailoutbox) == 3

    def test_goes_to_the_corrected_address_and_the_mistyped_one_opens_nothing(
        self, client, drafted, mailoutbox
    ):
        (stray,) = re.findall(r"/ask/r/[\w-]+/", mailoutbox[0].body)
        assert "hana@ask.example" in client.get(reverse("crm:ask-check")).content.decode()

        page = drafted(lambda: self.correct(client, " Hana@Right.example "))
        drafted(lambda: send(client))

        assert "hana@right.example" in page.content.decode()
        assert [message.to[0] for message in mailoutbox[1:]] == ["hana@right.example"] * 2
        assert client.__class__().get(stray).status_code == 404
        assert client.get(reverse("crm:ask-follow")).status_code == 200
        request = SupportRequest.objects.get()
        assert (request.state, request.is_address_confirmed) == ("received", False)
        assert SupportRequest.objects.matching("right.example").exists()

    def test_a_link_to_the_old_address_does_not_vouch_for_the_new_one(
        self, client, drafted, mailoutbox
    ):
        (mailed,) = re.findall(r"/ask/r/[\w-]+/", mailoutbox[0].body)
        client.get(mailed)
        drafted(lambda: self.correct(client, "hana@right.example"))
        client.post(reverse("crm:ask-confirm"))

        assert not SupportRequest.objects.get().is_address_confirmed

    @pytest.mark.parametrize("email", ["", "hana", "a@b", "a\0@b.fr", f"{'x' * 250}@b.fr"])
    def test_what_is_no_address_is_told_at_its_field(self, client, drafted, email):
        page = self.correct(client, email)

        assert page.status_code == 422
        assert "email" in page.context["address_form"].errors
        assert SupportRequest.objects.get().email == "hana@ask.example"

    def test_nobody_mails_the_world_by_correcting(self, client, drafted, mailoutbox):
        pages = [drafted(lambda n=n: self.correct(client, f"a{n}@right.example")) for n in range(8)]

        assert [page.status_code for page in pages] == [200] * 5 + [422] * 3
        assert len(mailoutbox) == 6

    def test_once_sent_the_address_stays(self, client, drafted):
        drafted(lambda: send(client))
        self.correct(client, "other@right.example")

        assert SupportRequest.objects.get().email == "hana@ask.example"

    def test_a_new_link_is_promised_only_where_it_leaves(self, client, drafted, mailoutbox):
        drafted(lambda: send(client))
        links = SecretLink.objects.filter(revoked_at=None).count()

        page = client.post(reverse("crm:ask-renew"), follow=True, headers={"accept-language": "en"})

        assert "left less than an hour ago" in page.content.decode()
        assert (SecretLink.objects.filter(revoked_at=None).count(), len(mailoutbox)) == (links, 2)


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


class TestFollowing:
    @pytest.fixture
    def holder(self, client):
        """A client that holds the link to a request that was sent, and the request."""
        request = SupportRequestFactory()
        client.get(reverse("crm:ask-enter", args=[make_link(request, "mail", at=timezone.now())]))
        return client, request

    def test_shows_where_it_is_and_by_when(self, holder):
        client, _request = holder

        page = client.get(
            reverse("crm:ask-follow"), headers={"accept-language": "en"}
        ).content.decode()

        assert "With the Coalition's desk" in page
        assert "answer due by 8 June 2026" in page

    def test_never_shows_an_internal_note(self, holder, administrator):
        client, request = holder
        requests.write_note(request, text="NOT FOR THEM", by=administrator, at=timezone.now())
        requests.ask_holder(request, text="How many people?", by=administrator, at=timezone.now())

        page = client.get(reverse("crm:ask-follow")).content.decode()

        assert "NOT FOR THEM" not in page
        assert administrator.full_name not in page
        assert "How many people?" in page

    def test_an_answer_gives_the_turn_back(self, holder, administrator):
        client, request = holder
        requests.ask_holder(request, text="How many people?", by=administrator, at=timezone.now())

        client.post(reverse("crm:ask-add"), {"text": "About forty."})

        request.refresh_from_db()
        assert request.waiting_for == "desk"
        assert request.entries.order_by("-pk").first().kind == "answer"

    def test_the_same_words_sent_again_are_saved_once(self, holder, administrator):
        """From behind the back button; said again to another question they are another answer."""
        client, request = holder
        requests.ask_holder(request, text="How many people?", by=administrator, at=timezone.now())
        for text in ("About forty.", " About forty. "):
            client.post(reverse("crm:ask-add"), {"text": text})
        assert request.entries.filter(text="About forty.").count() == 1

        requests.ask_holder(request, text="And helpers?", by=administrator, at=timezone.now())
        client.post(reverse("crm:ask-add"), {"text": "About forty."})

        assert request.entries.filter(text="About forty.").count() == 2

    def test_the_first_page_leads_to_it_and_calls_it_sent(self, holder):
        client, request = holder

        page = client.get(reverse("crm:ask-begin"), headers={"accept-language": "en"})

        assert f"{request.reference} was sent from this browser." in page.content.decode()
        assert "Go on with it" not in page.content.decode()

    def test_an_empty_answer_is_told_and_keeps_the_turn(self, holder, administrator):
        client, request = holder
        requests.ask_holder(request, text="How many people?", by=administrator, at=timezone.now())

        response = client.post(reverse("crm:ask-add"), {"text": "  "})

        request.refresh_from_db()
        assert response.status_code == 422
        assert request.waiting_for == "holder"

    def test_withdrawing_ends_it_once(self, holder):
        client, request = holder
        client.post(reverse("crm:ask-withdraw"), {"text": "We found a tool."})
        client.post(reverse("crm:ask-withdraw"), {"text": "Again"})

        request.refresh_from_db()
        assert (request.state, request.due_on) == ("withdrawn", None)
        assert [entry.text for entry in request.entries.order_by("pk")] == ["We found a tool."]

    @pytest.mark.parametrize("state", ["withdrawn", "accepted"])
    def test_nothing_can_be_added_once_it_is_over(self, client, member, state):
        accepted = {"accepted_by": member} if state == "accepted" else {}
        request = SupportRequestFactory(
            state=state, due_on=None, closed_at=timezone.now(), **accepted
        )
        client.get(reverse("crm:ask-enter", args=[make_link(request, "mail", at=timezone.now())]))

        response = client.post(reverse("crm:ask-add"), {"text": "More"})

        assert response.status_code == 422
        assert not request.entries.exists()


class TestAttachments:
    @pytest.fixture
    def attach(self, client):
        begin(client)

        def post(name, content, kind="application/pdf"):
            return client.post(
                reverse("crm:ask-attach"),
                {"file": SimpleUploadedFile(name, content, content_type=kind)},
                follow=True,
                headers={"accept-language": "en"},
            )

        return post

    def test_a_pdf_is_kept_under_what_it_holds(self, attach):
        attach("../../étude & plan.PDF", PDF)

        attachment = Attachment.objects.get()
        assert (attachment.name, attachment.media_type) == (
            "étude  plan.pdf".replace("  ", " "),
            "application/pdf",
        )
        assert attachment.file.name == f"requests/{attachment.digest[:2]}/{attachment.digest}"

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("page.pdf", b"<html><script>alert(1)</script></html>"),
            ("picture.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            ("run.pdf", b"MZ\x90\x00" + b"\0" * 100),
            ("script.pdf", b"#!/bin/sh\nrm -rf /"),
            ("archive.pdf", b"PK\x03\x04" + b"\0" * 60),
            ("empty.pdf", b""),
            ("words.txt", b"plain words"),
        ],
    )
    def test_what_it_says_is_not_what_it_is(self, attach, name, content):
        response = attach(name, content)

        assert not Attachment.objects.exists()
        assert "file" in " ".join(map(str, response.context["messages"])).lower()

    def test_too_large_is_refused_in_words(self, attach, settings):
        settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"attachment_bytes": 1024 * 1024}

        response = attach("large.pdf", PDF + b"\0" * 1024 * 1024)

        assert not Attachment.objects.exists()
        assert "larger than 1 MB" in " ".join(map(str, response.context["messages"]))

    def test_five_and_no_more(self, attach):
        for number in range(7):
            attach(f"{number}.pdf", PDF + str(number).encode())

        assert Attachment.objects.count() == 5

    def test_taking_one_away_takes_its_bytes_away(
        self, attach, client, django_capture_on_commit_callbacks
    ):
        attach("one.pdf", PDF)
        attachment = Attachment.objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("crm:ask-detach"), {"attachment": attachment.pk})

        assert not Attachment.objects.exists()
        assert not attachment.file.storage.exists(attachment.file.name)

    def test_the_desk_downloads_it_and_never_opens_it_in_the_page(
        self, attach, client, administrator
    ):
        attach("one.pdf", PDF)
        SupportRequest.objects.update(
            state="received",
            submitted_at=timezone.now(),
            due_on="2026-12-01",
            waiting_since="2026-11-23",
        )
        client.force_login(administrator)

        response = client.get(reverse("crm:attachment", args=[Attachment.objects.get().pk]))

        assert response["Content-Disposition"] == 'attachment; filename="one.pdf"'
        assert response["Content-Security-Policy"].startswith("sandbox")
        assert response.content == PDF


DEEP = b'{"results":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
ODD = [
    *(
        {"results": []},
        b"<html>",
        [],
        {},
        None,
        1,
        "x",
        {"results": None},
        {"results": {}},
        {"results": "x"},
    ),
    *(
        {"results": [None]},
        {"results": ["x"]},
        {"results": [[]]},
        {"results": [{"siege": []}]},
        b"",
        b"\xff\xfe",
        DEEP,
    ),
    *(
        b'{"results": [{"siren": 1e999}]}',
        b'{"results": [{"siren": ' + b"9" * 5_000 + b"}]}",
        b"NaN",
        b"{" * 600_000,
    ),
    b'{"results": [{"nom_complet": "' + b"x" * 600_000 + b'"}]}',
]


class TestCompanySearch:
    @pytest.fixture
    def register(self, settings):
        """The public register on a port of loopback; `answers` is what it says next."""
        import json
        from http.server import BaseHTTPRequestHandler, HTTPServer

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                status, body = self.server.says
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.COMPANY_SEARCH_URL = f"http://127.0.0.1:{server.server_port}/search"
        yield server
        server.shutdown()
        server.server_close()

    FOUND = {
        "results": [
            {
                "nom_raison_sociale": "ENTOURAGE",
                "siren": "130025265",
                "siege": {
                    "siret": "13002526500013",
                    "code_postal": "75009",
                    "libelle_commune": "PARIS",
                },
                "complements": {"identifiant_association": "W751225420"},
                "dirigeants": [{"nom": "SECRET", "date_de_naissance": "1970-01"}],
            }
        ]
    }

    def look_up(self, client):
        fields = STEPS["organisation"] | {
            "name": "",
            "postal_code": "",
            "siren": "130025265",
            "look-up": "1",
        }
        return client.post(reverse("crm:ask-step", args=["organisation"]), fields, follow=True)

    def test_fills_what_it_knows_and_keeps_no_officer(self, client, register):
        register.says = (200, self.FOUND)
        begin(client)

        page = self.look_up(client).content.decode()

        request = SupportRequest.objects.get()
        assert (request.name, request.postal_code, request.rna) == (
            "ENTOURAGE",
            "75009",
            "W751225420",
        )
        assert "SECRET" not in page + str(SupportRequest.history.values_list())

    @pytest.mark.parametrize(
        "says",
        [(500, {}), (429, {}), (302, {}), *((200, body) for body in ODD)],
        ids=lambda says: str(says)[:40],
    )
    def test_whatever_goes_wrong_the_form_goes_on_by_hand(self, client, register, says):
        register.says = says
        begin(client)

        response = self.look_up(client)

        assert response.status_code == 200
        assert SupportRequest.objects.get().siren == "130025265"

    @pytest.mark.parametrize(
        "name", ["x" * 5_000, "a\0b", 12, ["x"], {"a": "b"}, True, None, "", "  ", "\u202eX"]
    )
    @pytest.mark.parametrize("field", ["nom_raison_sociale", "siren", "siege", "complements"])
    def test_odd_values_are_left_out_and_the_others_taken(self, client, register, field, name):
        unit = self.FOUND["results"][0] | {field: name}
        register.says = (200, {"results": [unit]})
        begin(client)

        assert self.look_up(client).status_code == 200
        request = SupportRequest.objects.get()
        assert (request.name or "ENTOURAGE", request.siren) == ("ENTOURAGE", "130025265")
        assert request.postal_code in ("", "75009")

    def test_what_does_not_go_together_with_what_was_typed_fills_nothing(self, client, register):
        unit = {"siege": {"siret": "55203253400646"}}
        register.says = (200, {"results": [unit]})
        begin(client)

        page = self.look_up(client)

        assert page.status_code == 200
        assert SupportRequest.objects.get().siret is None

    def test_is_not_even_offered_where_it_is_off(self, client):
        begin(client)

        page = client.get(reverse("crm:ask-step", args=["organisation"])).content.decode()

        assert "look-up" not in page


def test_the_day_of_the_reference_never_changes():
    request = SupportRequestFactory(started_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))

    assert request.reference == f"D-2026-{request.pk}"


DRIPPED = b'{"results": [{"siren": "130025265"}]}'


def drip(connection, *, at_once, then):
    """A register that sends a letter now and then, for ever."""
    connection.recv(4096)
    with suppress(OSError):
        connection.sendall(at_once)
        while True:
            connection.sendall(then)
            time.sleep(0.05)


@pytest.mark.parametrize(
    ("at_once", "then"),
    [
        (b"", b""),
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + DRIPPED, b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" " * 100),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"garbage", b"\r\n"),
    ],
)
def test_a_register_that_never_ends_holds_nobody_longer_than_it_may(settings, at_once, then):
    settings.COMPANY_SEARCH_SECONDS = 0.5
    with socket.create_server(("127.0.0.1", 0)) as register:

        def serve():
            with suppress(OSError):
                connection, _address = register.accept()
                with connection:
                    drip(connection, at_once=at_once, then=then)

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        settings.COMPANY_SEARCH_URL = f"http://127.0.0.1:{register.getsockname()[1]}/search"
        began = time.monotonic()

        assert company_search.look_up("130025265") is None
        assert time.monotonic() - began < 2
    serving.join(timeout=5)
    assert not (serving.is_alive() and then), "the connection was left open"


def test_a_redirection_is_not_followed(settings):
    paths = []
    with socket.create_server(("127.0.0.1", 0)) as register:
        url = f"http://127.0.0.1:{register.getsockname()[1]}"

        def serve():
            for _n in range(2):
                with suppress(OSError):
                    connection, _address = register.accept()
                    with connection:
                        paths.append(connection.recv(4096))
                        connection.sendall(
                            f"HTTP/1.1 302 Found\r\nLocation: {url}/inside\r\n\r\n".encode()
                        )

        threading.Thread(target=serve, daemon=True).start()
        settings.COMPANY_SEARCH_URL = f"{url}/search"

        assert company_search.look_up("130025265") is None
        time.sleep(0.2)
    assert len(paths) == 1
