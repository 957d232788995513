"""What the desk does with a request: reads it, notes, merges, and says that nobody fits."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from crm.domain.workdays import add_working_days
from crm.models import RequestNote
from crm.services import links, requests
from tests.crm.factories import (
    OrganisationFactory,
    ReferralFactory,
    SupportRequestFactory,
    person_as,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)


def page_of(client, request):
    return client.get(request.get_absolute_url()).content.decode()


class TestQualify:
    def test_gives_the_desk_its_next_date(self, desk):
        request = requests.qualify(SupportRequestFactory(), by=desk, at=NOW)

        assert (request.state, request.waiting_for) == ("qualified", "desk")
        assert request.due_on == add_working_days(TODAY, settings.REQUEST_CLOCKS["refer"])

    def test_an_identifier_confirms_nothing_by_itself(self, desk):
        OrganisationFactory(siren="732829320")
        request = requests.qualify(SupportRequestFactory(siren="732829320"), by=desk, at=NOW)

        assert request.organisation is None

    def test_the_desk_chooses_the_organisation_among_those_that_are_alike(self, as_desk):
        organisation = OrganisationFactory(siren="732829320", name="Entourage")
        request = SupportRequestFactory(siren="732829320", name="Association Entourage")

        as_desk.post(
            reverse("crm:request-qualify", args=[request.pk]),
            {"organisation": organisation.pk, "seen": request.version},
        )

        request.refresh_from_db()
        assert (request.state, request.organisation) == ("qualified", organisation)

    def test_what_is_proposed_to_a_member_goes_back_only_by_an_answer(self, desk):
        referral = ReferralFactory()

        with pytest.raises(Refused, match="no longer possible"):
            requests.qualify(referral.request, by=desk, at=NOW)

    def test_a_stale_page_qualifies_nothing(self, desk):
        request = SupportRequestFactory()
        requests.change_request(request, {"need_text": "Told on the telephone"}, by=desk)

        with pytest.raises(Stale):
            requests.qualify(request, by=desk, at=NOW, seen=request.version)


class TestNobodyFits:
    def test_is_a_result_with_a_next_step_and_a_date(self, desk):
        request = SupportRequestFactory(qualified=True)
        requests.nobody_fits(
            request,
            next_step="Ask the town's digital hub.",
            review_on=date(2026, 9, 1),
            by=desk,
            at=NOW,
        )

        request.refresh_from_db()
        assert (request.state, request.due_on) == ("nobody", date(2026, 9, 1))
        assert request.entries.get().text == "Ask the town's digital hub."

    def test_refuses_a_day_that_has_passed(self, as_desk):
        request = SupportRequestFactory(qualified=True)

        response = as_desk.post(
            reverse("crm:request-nobody", args=[request.pk]),
            {"next_step": "Kept words", "review_on": "2020-01-01", "seen": request.version},
        )

        assert response.status_code == 422
        assert response.context["form"].errors["review_on"] == ["Give a day to come."]
        assert "Kept words" in response.content.decode()

    def test_can_be_taken_up_again(self, desk):
        request = requests.qualify(SupportRequestFactory(nobody=True), by=desk, at=NOW)

        assert request.state == "qualified"


class TestMerge:
    @pytest.fixture
    def pair(self):
        return SupportRequestFactory(name="Les Jardins"), SupportRequestFactory(
            name="Les jardins", qualified=True
        )

    def test_goes_on_as_one_with_both_histories_and_is_undone(self, pair, desk):
        twice, first = pair
        requests.add_fact(twice, text="Said here.", at=NOW)
        requests.merge_request(twice, into=first, by=desk, at=NOW)
        twice.refresh_from_db()
        assert (twice.state, twice.merged_into, twice.due_on) == ("merged", first, None)
        assert twice.entries.filter(text="Said here.").exists()

        requests.unmerge_request(twice, by=desk, at=NOW)

        twice.refresh_from_db()
        assert (twice.state, twice.merged_into) == ("received", None)
        assert twice.due_on is not None

    def test_the_holder_follows_the_one_that_goes_on(self, pair, desk, client):
        twice, first = pair
        requests.merge_request(twice, into=first, by=desk, at=NOW)
        client.get(
            reverse("crm:ask-enter", args=[links.make_link(twice, "mail", at=timezone.now())])
        )

        page = client.get(reverse("crm:ask-follow")).content.decode()

        assert first.reference in page

    def test_into_itself_or_into_a_closed_one_is_refused(self, pair, desk):
        twice, first = pair
        requests.withdraw_request(first, at=NOW)

        for into in (twice, first):
            with pytest.raises(Refused):
                requests.merge_request(twice, into=into, by=desk, at=NOW)

    def test_the_page_shows_what_was_merged_into_it(self, pair, desk, as_desk):
        twice, first = pair
        requests.add_fact(twice, text="Said there.", at=NOW)
        requests.merge_request(twice, into=first, by=desk, at=NOW)

        assert "Said there." in page_of(as_desk, first)


class TestNotes:
    def test_a_member_reads_the_notes_of_what_is_proposed_to_it(self, client, desk):
        referral = ReferralFactory()
        requests.write_note(referral.request, text="They called twice.", by=desk, at=NOW)
        client.force_login(person_as(Role.COORDINATOR, referral.member))

        assert "They called twice." in page_of(client, referral.request)

    def test_an_empty_one_is_refused(self, as_desk):
        request = SupportRequestFactory()

        response = as_desk.post(reverse("crm:request-note", args=[request.pk]), {"text": " "})

        assert response.status_code == 422
        assert not RequestNote.objects.exists()

    def test_a_refused_one_stays_a_note_and_is_not_offered_to_the_project_holder(self, as_desk):
        request = SupportRequestFactory(qualified=True)

        response = as_desk.post(
            reverse("crm:request-note", args=[request.pk]), {"text": "Between us. " * 500}
        )

        assert response.status_code == 422
        assert set(response.context_data["note_form"].errors) == {"text"}
        assert not response.context_data["text_form"].is_bound
