"""A form saves once, whoever clicks twice or comes back to it; two forms save two rows."""

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from crm.models import SentForm
from crm.services import links, upkeep
from crm.web import once
from engagements.models import Milestone
from tests.crm.factories import ReferralFactory, person_as
from tests.drawn_forms import drawn_form, drawn_forms
from tests.engagements.factories import EngagementFactory
from tests.races import at_once, on_postgres


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator)


@pytest.fixture
def page(coordinator):
    client = Client(HTTP_ACCEPT_LANGUAGE="en", enforce_csrf_checks=True)
    client.force_login(coordinator)
    return client


@pytest.fixture
def address(engagement):
    return reverse("engagements:milestone-create", args=[engagement.pk])


TYPED = {"title": "A pilot", "planned_on": "2027-03-01"}


class TestTwice:
    def test_the_same_form_sent_twice_makes_one_row_and_shows_it(self, page, address):
        form = drawn_form(page.get(address)) | TYPED

        first, second = page.post(address, form), page.post(address, form, follow=True)

        assert Milestone.objects.count() == 1
        assert second.redirect_chain[0][0] == first["Location"]
        assert "This was saved already, once: here it is." in second.content.decode()

    def test_two_forms_of_the_same_words_make_two_rows(self, page, address):
        for _n in range(2):
            page.post(address, drawn_form(page.get(address)) | TYPED)

        assert Milestone.objects.count() == 2

    def test_refused_and_mended_it_is_saved(self, page, address):
        refused = page.post(address, drawn_form(page.get(address)) | TYPED | {"title": ""})
        assert refused.status_code == 422

        assert page.post(address, drawn_form(refused) | {"title": "A pilot"}).status_code == 302
        assert Milestone.objects.get().title == "A pilot"

    def test_refused_it_may_be_sent_again_from_behind_the_back_button(self, page, address):
        form = drawn_form(page.get(address))
        page.post(address, form | TYPED | {"title": ""})

        assert page.post(address, form | TYPED).status_code == 302
        assert Milestone.objects.count() == 1

    def test_changed_behind_the_back_button_it_is_given_back_and_saved_only_when_asked(
        self, page, address
    ):
        form = drawn_form(page.get(address)) | TYPED
        first = page.post(address, form)

        again = page.post(address, form | {"title": "Another pilot"}, follow=True)

        assert Milestone.objects.get().title == "A pilot"
        html = again.content.decode()
        assert "You have sent this form already" in html
        assert f'href="{first["Location"]}"' in html
        given_back = drawn_form(again)
        assert given_back["title"] == "Another pilot"
        assert page.post(address, given_back).status_code == 302
        assert Milestone.objects.count() == 2
        assert "You have sent" not in page.get(address).content.decode()

    def test_the_key_serves_its_person_and_its_form_alone(self, page, address, member):
        form = drawn_form(page.get(address)) | TYPED
        page.post(address, form)
        colleague = Client()
        colleague.force_login(person_as("coordinator", member))

        assert colleague.post(address, form).status_code == 302
        assert Milestone.objects.count() == 2

    @pytest.mark.django_db
    def test_without_an_account_as_well(self, mailoutbox):
        """A member asks the holder by a mailed link, and presses twice."""
        referral = ReferralFactory()
        path = links.make_link(referral.request, "member", at=timezone.now(), referral=referral)
        member = Client(HTTP_ACCEPT_LANGUAGE="en", enforce_csrf_checks=True)
        page = member.get(reverse("engagements:answer-enter", args=[path]), follow=True)
        ask = reverse("engagements:answer-question")
        [form] = [each for each in drawn_forms(page) if each.action == ask]
        form = form | {"text": "How many people?"}

        for sent in (form, form, form | {"text": "How many people are there?"}):
            answer = member.post(ask, sent)
            assert answer["Location"] == reverse("engagements:answer")

        asked = referral.request.entries.filter(text__startswith="How many").order_by("pk")
        assert [entry.text for entry in asked] == ["How many people?", "How many people are there?"]

    @pytest.mark.parametrize("drawn", ["", "nonsense", "WzEsICIvIiwgIngiXQ:1tabc:forged"])
    def test_a_key_that_we_did_not_sign_counts_for_nothing(self, page, address, drawn):
        form = drawn_form(page.get(address)) | TYPED | {"drawn": drawn}

        assert page.post(address, form).status_code == 302
        assert not SentForm.objects.exists()

    def test_what_makes_no_row_is_not_remembered(self, page, engagement):
        url = reverse("engagements:engagement-change", args=[engagement.pk])
        assert page.post(url, drawn_form(page.get(url)) | {"title": "Other"}).status_code == 302

        assert not SentForm.objects.exists()

    def test_it_is_forgotten_after_a_day(self, page, address):
        page.post(address, drawn_form(page.get(address)) | TYPED)
        upkeep.forget_sent_forms(at=timezone.now() + timedelta(hours=23))
        assert SentForm.objects.count() == 1
        upkeep.forget_sent_forms(at=timezone.now() + timedelta(hours=25))

        assert not SentForm.objects.exists()

    def test_what_was_typed_cannot_be_guessed_from_the_row_without_our_own_key(
        self, page, address, settings
    ):
        """A form may hold a password."""
        form = drawn_form(page.get(address)) | TYPED
        page.post(address, form)
        [row] = SentForm.objects.values_list("key", "said")
        SentForm.objects.all().delete()

        claim = RequestFactory().post(address, form)
        assert once._digest_of_form(claim) == row[1]
        settings.SECRET_KEY = "another" * 10
        assert once._digest_of_form(claim) != row[1]

    def test_nothing_of_what_was_typed_is_kept_with_the_key(self, page, address):
        page.post(address, drawn_form(page.get(address)) | TYPED)

        [row] = SentForm.objects.values()
        assert "pilot" not in str(row)


class TestADoubleClick:
    pytestmark = on_postgres

    @pytest.mark.parametrize("turn", range(4))
    def test_makes_one_row_and_both_lead_to_it(self, transactional_db, turn):
        coordinator = person_as("coordinator")
        engagement = EngagementFactory(member=coordinator.memberships.get().organisation)
        clients = [Client(), Client()]
        for client in clients:
            client.force_login(coordinator)
        address = reverse("engagements:milestone-create", args=[engagement.pk])
        form = drawn_form(clients[0].get(address)) | TYPED

        answers = at_once(*(lambda client=client: client.post(address, form) for client in clients))

        assert [answer.status_code for answer in answers] == [302, 302]
        assert Milestone.objects.count() == 1
        assert len({answer["Location"] for answer in answers}) == 1


class TestAProcessThatWasKilled:
    pytestmark = on_postgres

    def test_leaves_a_form_that_is_saved_at_once_when_sent_again(self, transactional_db):
        coordinator = person_as("coordinator")
        engagement = EngagementFactory(member=coordinator.memberships.get().organisation)
        client = Client()
        client.force_login(coordinator)
        address = reverse("engagements:milestone-create", args=[engagement.pk])
        form = drawn_form(client.get(address)) | TYPED
        client.post(address, form)
        Milestone.objects.all().delete()
        SentForm.objects.update(location="", sent_at=timezone.now())  # as it was cut off

        client.post(address, form)

        assert Milestone.objects.count() == 1
