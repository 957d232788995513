"""The public form, its receipt, and the page on which the holder follows the request."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.domain.request_states import RequestState
from crm.models import RequestEntry, SecretLink, SupportRequest
from crm.services import requests
from crm.services.links import make_link
from tests.crm.asking import STEPS, begin, fill, long_ago, send
from tests.crm.factories import NeedFactory, SupportRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


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
