"""The Coalition's desk and the members' answers, through services and pages."""

from datetime import UTC, date, datetime, timedelta

import hypothesis
import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from crm.domain.refusals import Refused, Stale
from crm.domain.request_states import MOVES, OPEN, RequestState
from crm.domain.roles import Role
from crm.domain.workdays import add_working_days
from crm.models import Referral, RequestNote, SecretLink, SupportRequest
from crm.selectors import duplicates, orientation, request_figures
from crm.services import links, offers, referrals, requests
from tests.crm.factories import (
    MemberOfferFactory,
    MembershipFactory,
    NeedFactory,
    OrganisationFactory,
    ReferralFactory,
    SupportRequestFactory,
    person_as,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def desk(db):
    return person_as(Role.DESK, full_name="Dana Desk", email="desk@coalition.example")


@pytest.fixture
def as_desk(client, desk):
    client.force_login(desk)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


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


class TestRefer:
    def test_proposes_with_the_reasons_of_that_day(self, desk):
        offer = MemberOfferFactory(needs=["matching"])
        request = SupportRequestFactory(qualified=True)

        referral = referrals.refer(request, offer=offer, by=desk, at=NOW)

        request.refresh_from_db()
        assert (request.state, request.waiting_for, request.owner) == (
            "referred",
            "member",
            offer.member,
        )
        assert ["need-named", 20] in referral.reasons
        assert (
            referral.due_on
            == request.due_on
            == add_working_days(TODAY, settings.REQUEST_CLOCKS["member"])
        )

    def test_against_the_rules_only_with_a_reason_that_stays(self, desk):
        offer = MemberOfferFactory(ess_forms=["scop"])
        request = SupportRequestFactory(qualified=True)
        with pytest.raises(Refused, match="say why all the same"):
            referrals.refer(request, offer=offer, by=desk, at=NOW)

        referral = referrals.refer(
            request, offer=offer, by=desk, at=NOW, override_reason="They offered it."
        )

        assert (referral.failures, referral.override_reason) == (["form"], "They offered it.")

    @pytest.mark.parametrize("changed", [{"is_open": False}, {"places": 0}])
    def test_a_member_that_closed_or_is_full_wants_a_reason(self, desk, changed):
        with pytest.raises(Refused):
            referrals.refer(
                SupportRequestFactory(qualified=True),
                offer=MemberOfferFactory(**changed),
                by=desk,
                at=NOW,
            )

    def test_a_second_officer_comes_too_late(self, desk):
        request = SupportRequestFactory(qualified=True)
        stale = SupportRequest.objects.get(pk=request.pk)
        referrals.refer(request, offer=MemberOfferFactory(), by=desk, at=NOW)

        first = Referral.objects.get()
        text = f"Dana Desk proposed this request to {first.member} on 15 June 2026, 11:00"
        for seen in (None, stale.version):
            with pytest.raises(Refused, match=text):
                referrals.refer(stale, offer=MemberOfferFactory(), by=desk, at=NOW, seen=seen)
        assert Referral.objects.count() == 1

    def test_the_second_officers_page_says_who_has_it_and_of_no_text_that_is_lost(
        self, as_desk, desk
    ):
        request, first, second = (
            SupportRequestFactory(qualified=True),
            MemberOfferFactory(),
            MemberOfferFactory(),
        )
        address = reverse("crm:request-refer", args=[request.pk])
        form = {"seen": request.version, "offer": second.pk}
        colleague = person_as(Role.DESK, full_name="Carl Colleague")
        referrals.refer(request, offer=first, by=colleague, at=NOW)

        answer = as_desk.post(address, form)

        html = answer.content.decode()
        assert answer.status_code == 422
        assert f"Carl Colleague proposed this request to {first.member}" in html
        assert "Nothing of yours is lost" not in html

    def test_a_request_that_changed_meanwhile_says_who_changed_it(self, desk):
        request = SupportRequestFactory(qualified=True)
        colleague = person_as(Role.DESK, full_name="Carl Colleague")
        requests.change_request(request, {"city": "Lille"}, by=colleague)

        with pytest.raises(Stale, match="Carl Colleague changed this request on"):
            referrals.refer(
                request, offer=MemberOfferFactory(), by=desk, at=NOW, seen=request.version
            )

    def test_who_declined_this_request_is_not_offered_as_fitting_and_asked_again_only_with_a_reason(
        self, as_desk, desk
    ):
        request, offer = SupportRequestFactory(qualified=True), MemberOfferFactory()
        referral = referrals.refer(request, offer=offer, by=desk, at=NOW)
        referrals.decline(
            referral, reason="capacity", text="", by=None, at=NOW, seen=referral.request.version
        )

        [candidate] = orientation.candidates_for(request)
        page = as_desk.get(reverse("crm:request-refer", args=[request.pk])).content.decode()
        assert not candidate.can_take
        assert "Has declined" in page
        assert ">Fits<" not in page
        with pytest.raises(Refused, match="declined this request on 15 June 2026, 11:00"):
            referrals.refer(request, offer=offer, by=desk, at=NOW)
        assert referrals.refer(
            request, offer=offer, by=desk, at=NOW, override_reason="They called back."
        )

    def test_the_database_keeps_one_open_referral_by_itself(self):
        referral = ReferralFactory()

        with pytest.raises(IntegrityError), transaction.atomic():
            ReferralFactory(request=referral.request)

    def test_an_unread_request_is_not_proposed(self, desk):
        with pytest.raises(Refused):
            referrals.refer(SupportRequestFactory(), offer=MemberOfferFactory(), by=desk, at=NOW)

    def test_the_member_is_mailed_a_link_and_the_holder_is_told(
        self, desk, mailoutbox, django_capture_on_commit_callbacks
    ):
        offer = MemberOfferFactory(email="nord@member.example")
        request = SupportRequestFactory(qualified=True, email="hana@ask.example", language="en")
        with django_capture_on_commit_callbacks(execute=True):
            referrals.refer(request, offer=offer, by=desk, at=NOW)

        to = {message.to[0]: message for message in mailoutbox}
        assert to.keys() == {"nord@member.example", "hana@ask.example"}
        assert "/engagements/answer/r/" in to["nord@member.example"].body
        assert "/ask/r/" in to["hana@ask.example"].body
        assert (
            to["hana@ask.example"].subject
            == f"{request.reference}: proposed to {offer.member.name}"
        )
        assert "demande" in to["nord@member.example"].body.lower()
        assert all(message.alternatives[0].mimetype == "text/html" for message in mailoutbox)

    def test_a_member_that_gave_no_address_is_told_through_its_coordinators(
        self, desk, mailoutbox, django_capture_on_commit_callbacks
    ):
        offer = MemberOfferFactory(email="")
        for email, language in (("anne@nord.example", "fr"), ("bo@nord.example", "en")):
            person_as(Role.COORDINATOR, offer.member, email=email, language=language)
        person_as(Role.COORDINATOR, offer.member, email="left@nord.example", is_active=False)
        person_as(Role.COORDINATOR, email="elsewhere@sud.example")
        request = SupportRequestFactory(qualified=True)
        with django_capture_on_commit_callbacks(execute=True):
            referrals.refer(request, offer=offer, by=desk, at=NOW)

        told = {message.to[0]: message for message in mailoutbox if message.to != [request.email]}
        assert told.keys() == {"anne@nord.example", "bo@nord.example"}
        assert "une demande d’accompagnement pour vous" in told["anne@nord.example"].subject
        assert "a support request for you" in told["bo@nord.example"].subject
        assert all(request.get_absolute_url() in message.body for message in told.values())

    def test_the_desk_is_told_each_in_their_language(
        self, desk, mailoutbox, django_capture_on_commit_callbacks
    ):
        person_as(Role.DESK, email="erin@coalition.example", language="en")
        MembershipFactory(role=Role.DESK, user=desk)  # of two organisations: one mail
        person_as(Role.DESK, email="gone@coalition.example", is_active=False)
        request = SupportRequestFactory(due_on=date(2026, 6, 22))
        with django_capture_on_commit_callbacks(execute=True):
            requests.mail_desk("arrived", request)

        told = {message.to[0]: message.subject.partition(":")[2] for message in mailoutbox}
        assert told == {
            "desk@coalition.example": " une nouvelle demande d’accompagnement",
            "erin@coalition.example": " a new support request",
        }


class TestAnswers:
    @pytest.fixture
    def referral(self):
        return ReferralFactory()

    def test_a_refusal_has_a_reason_and_forces_the_next_proposal(self, referral):
        referrals.decline(
            referral,
            seen=referral.request.version,
            reason="capacity",
            text="Not before spring.",
            by=None,
            at=NOW,
        )

        request = SupportRequest.objects.get()
        assert (request.state, request.waiting_for, request.owner) == ("qualified", "desk", None)
        assert request.due_on == add_working_days(TODAY, settings.REQUEST_CLOCKS["again"])
        assert request.entries.get().text == "No team available in time. Not before spring."
        assert request.first_answer_at == NOW

    def test_the_database_wants_the_reason_by_itself(self, referral):
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.filter(pk=referral.pk).update(state="declined", answered_at=NOW)

    def test_answered_twice_is_told(self, referral):
        referrals.decline(
            referral, seen=referral.request.version, reason="capacity", text="", by=None, at=NOW
        )

        with pytest.raises(Refused, match="answered already on 15 June 2026, 11:00: declined"):
            referrals.accept(referral, seen=referral.request.version, by=None, at=NOW)

    def test_a_member_that_closes_its_offer_meanwhile_may_still_answer(self, referral):
        offer = referral.member.offer
        offer.is_open = False
        offers.save_offer(offer, by=None)

        referrals.accept(referral, seen=referral.request.version, by=None, at=NOW)

        assert SupportRequest.objects.get().state == "accepted"

    def test_accepting_takes_a_place(self, referral):
        referrals.accept(referral, seen=referral.request.version, by=None, at=NOW)

        referral.member.offer.refresh_from_db()
        assert referral.member.offer.places == 2

    def test_the_last_place_is_taken_once(self, referral):
        member = referral.member
        member.offer.places = 1
        offers.save_offer(member.offer, by=None)
        late = ReferralFactory(member=member)
        first = person_as(Role.COORDINATOR, member, full_name="Cora First")
        referrals.accept(referral, by=first, at=NOW, seen=referral.request.version)

        with pytest.raises(
            Refused, match=f"Cora First took the last place of {member} on 15 June 2026, 11:00"
        ):
            referrals.accept(late, by=None, at=NOW, seen=late.request.version)
        assert Referral.objects.get(pk=late.pk).state == "proposed"

    def test_a_full_member_that_was_asked_all_the_same_accepts(self, referral):
        referral.member.offer.places = 0
        offers.save_offer(referral.member.offer, by=None)
        Referral.objects.filter(pk=referral.pk).update(
            override_reason="They said yes on the telephone."
        )

        referral_then = Referral.objects.get(pk=referral.pk)
        assert (
            referrals.accept(
                referral_then, by=None, at=NOW, seen=referral_then.request.version
            ).state
            == "accepted"
        )

    def test_a_question_stops_the_members_clock_and_the_answer_starts_it_anew(
        self, referral, coordinator
    ):
        request = referral.request
        requests.ask_holder(request, text="Who?", by=coordinator, member=referral.member, at=NOW)
        request.refresh_from_db()
        assert (request.state, request.waiting_for) == ("referred", "holder")

        later = NOW + timedelta(days=7)
        requests.add_fact(request, text="Forty people.", at=later)

        request.refresh_from_db()
        referral.refresh_from_db()
        assert (request.waiting_for, request.owner) == ("member", referral.member)
        assert referral.due_on == add_working_days(later.date(), settings.REQUEST_CLOCKS["member"])

    def test_taking_back_ends_the_members_link(self, referral, desk):
        token = links.make_link(
            referral.request, SecretLink.Purpose.MEMBER, at=NOW, referral=referral
        )
        referrals.take_back(referral, by=desk, at=NOW)

        assert links.open_link(token, at=NOW, for_member=True) is None
        assert SupportRequest.objects.get().state == "qualified"

    def test_the_desk_reads_but_does_not_answer_for_a_member(self, referral, as_desk):
        response = as_desk.post(
            reverse("crm:referral-decline", args=[referral.pk]), {"reason": "capacity"}
        )

        assert response.status_code == 403

    def test_a_refusal_without_reason_keeps_the_words(self, referral, client):
        client.force_login(person_as(Role.COORDINATOR, referral.member))

        response = client.post(
            reverse("crm:referral-decline", args=[referral.pk]),
            {"reason": "", "text": "Not before spring."},
        )

        assert response.status_code == 422
        assert "Not before spring." in response.content.decode()


class TestClocks:
    def test_a_reminder_goes_out_once_and_only_where_there_is_something_to_do(
        self, mailoutbox, django_capture_on_commit_callbacks
    ):
        referral = ReferralFactory()
        with django_capture_on_commit_callbacks(execute=True):
            turns = [referrals.remind(referral, at=NOW), referrals.remind(referral, at=NOW)]
            referrals.decline(
                referral, seen=referral.request.version, reason="capacity", text="", by=None, at=NOW
            )
            turns.append(referrals.remind(referral, at=NOW))

        assert turns == [True, False, False]
        assert (
            len([message for message in mailoutbox if message.to == [referral.member.offer.email]])
            == 1
        )

    def test_a_member_that_does_not_answer_hands_the_next_step_to_the_desk(
        self, desk, mailoutbox, django_capture_on_commit_callbacks
    ):
        referral = ReferralFactory()
        late = datetime(2026, 7, 1, 9, tzinfo=UTC)
        with django_capture_on_commit_callbacks(execute=True):
            assert referrals.escalate(referral.request, at=late)
            assert not referrals.escalate(referral.request, at=late)

        request = SupportRequest.objects.get()
        assert (request.waiting_for, request.owner) == ("desk", None)
        assert request.due_on > late.date()
        assert [message.to for message in mailoutbox] == [["desk@coalition.example"]]

    def test_nothing_happens_in_time(self, desk):
        assert not referrals.escalate(
            ReferralFactory().request, at=datetime(2026, 6, 3, tzinfo=UTC)
        )


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


class TestAlike:
    @pytest.mark.parametrize(
        ("one", "other", "is_alike"),
        [
            ({"siren": "732829320"}, {"siret": "73282932000074"}, True),
            ({"rna": "W751225420"}, {"rna": "W751225420"}, True),
            ({"email": "a@ask.example"}, {"email": "A@ask.example"}, True),
            ({"name": "Les Jardins du Lac"}, {"name": "les jardins du lac"}, True),
            ({"name": "Les Jardins du Lac"}, {"name": "Les Jardins de la Lune"}, False),
            (
                {"name": "Association pour les autres"},
                {"name": "Association des autres mondes"},
                False,
            ),
        ],
    )
    def test_by_identifier_address_or_nearly_the_same_name(self, one, other, is_alike):
        first, second = SupportRequestFactory(**one), SupportRequestFactory(**other)

        assert (duplicates.alike(first) == [second]) is is_alike


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
    def test_names_every_member_with_its_reasons_the_best_first(self, as_desk):
        request = SupportRequestFactory(qualified=True)
        fits = MemberOfferFactory(needs=["matching"], member__name="Fitting")
        MemberOfferFactory(ess_forms=["scop"], member__name="Strict")

        response = as_desk.get(reverse("crm:request-refer", args=[request.pk]))

        rows = response.context["rows"]
        assert [candidate.offer.member.name for candidate, _told in rows] == ["Fitting", "Strict"]
        page = response.content.decode()
        assert "This need is one that it names." in page
        assert "It does not support this legal form." in page
        assert rows[0][0].offer == fits

    def test_choosing_proposes_and_a_refusal_keeps_the_reason_typed(self, as_desk):
        request = SupportRequestFactory(qualified=True)
        strict = MemberOfferFactory(ess_forms=["scop"])
        url = reverse("crm:request-refer", args=[request.pk])

        refused = as_desk.post(url, {"offer": strict.pk, "seen": request.version})
        accepted = as_desk.post(
            url,
            {"offer": strict.pk, "seen": request.version, "override_reason": "They asked for it."},
        )

        assert refused.status_code == 422
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


class TestOffers:
    FIELDS = {"is_open": "on", "places": "2", "lead": "", "departments": "93, 75 974"}

    @pytest.fixture
    def offer(self, member):
        return MemberOfferFactory(member=member)

    def test_a_coordinator_changes_their_own_and_history_tells(self, client, coordinator, offer):
        NeedFactory()
        client.force_login(coordinator)
        client.post(
            offer.get_absolute_url(), self.FIELDS | {"needs": ["matching"], "seen": offer.version}
        )

        offer.refresh_from_db()
        assert (offer.places, offer.needs, offer.departments) == (
            2,
            ["matching"],
            ["75", "93", "974"],
        )
        assert (
            "needs"
            in client.get(
                offer.get_absolute_url(), headers={"accept-language": "en"}
            ).content.decode()
        )
        assert offer.history.first().history_user == coordinator

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("departments", "93 999", "No department has this number: 999."),
            ("places", "-1", None),
            ("ess_forms", "invented", None),
            ("staff_max", "3", "The most cannot be below the least."),
        ],
    )
    def test_bad_input_is_told_at_its_field_and_saves_nothing(
        self, client, coordinator, offer, field, value, sentence
    ):
        client.force_login(coordinator)
        given = self.FIELDS | {"staff_min": "10", field: value}

        response = client.post(offer.get_absolute_url(), given, headers={"accept-language": "en"})

        assert response.status_code == 422
        errors = response.context["form"].errors
        assert field in errors or "__all__" in errors
        assert sentence is None or sentence in str(errors)
        offer.refresh_from_db()
        assert offer.departments == []

    def test_trying_saves_nothing_and_tells_what_would_go_elsewhere(
        self, client, coordinator, offer
    ):
        other = MemberOfferFactory(member__name="Other member")
        for _turn in range(3):
            SupportRequestFactory()
        client.force_login(coordinator)

        response = client.post(
            offer.get_absolute_url(),
            self.FIELDS | {"departments": "", "ess_forms": ["scop"], "places": "9", "try": "1"},
            headers={"accept-language": "en"},
        )

        offer.refresh_from_db()
        assert offer.ess_forms == []
        assert response.context["trial"].moves == [(offer.member.name, other.member.name, 3)]
        assert "3 past requests would have gone elsewhere" in response.content.decode()

    def test_codes_that_do_not_exist_are_refused_whoever_calls(self, offer):
        offer.ess_forms = ["invented"]

        with pytest.raises(Refused):
            offers.save_offer(offer, by=None)

    def test_two_people_at_once_are_told(self, client, coordinator, offer):
        version = offer.version
        offer.places += 1
        offers.save_offer(offer, by=coordinator)
        client.force_login(coordinator)

        response = client.post(offer.get_absolute_url(), self.FIELDS | {"seen": version})

        assert response.status_code == 422


class TestFigures:
    def test_those_who_wait_stay_in_the_figures(self, desk):
        for days in (2, 4):
            SupportRequestFactory(
                qualified=True,
                submitted_at=NOW - timedelta(days=10),
                first_answer_at=NOW - timedelta(days=10 - days),
            )
        for _turn in range(6):
            SupportRequestFactory(submitted_at=NOW - timedelta(days=10))

        statistics = request_figures.figures(SupportRequest.objects.sent(), TODAY)

        assert (
            statistics.first_answer.done,
            statistics.first_answer.total,
            statistics.first_answer.median,
        ) == (
            2,
            8,
            None,
        )

    def test_uncovered_needs_are_counted_by_need_and_form(self, desk):
        SupportRequestFactory(nobody=True)
        SupportRequestFactory(nobody=True)
        SupportRequestFactory()

        statistics = request_figures.figures(SupportRequest.objects.sent(), TODAY)

        assert statistics.uncovered == (("Matching people", "1901-law association", 2),)

    def test_the_page_the_csv_and_the_spreadsheet_say_the_same(self, as_desk):
        member = OrganisationFactory(name="=cmd|' /C calc'!A0", member=True)
        MemberOfferFactory(member=member)
        referrals.decline(
            ReferralFactory(member=member),
            seen=1,
            reason="need",
            text="",
            by=None,
            at=timezone.now(),
        )

        page = as_desk.get(reverse("crm:request-figures")).content.decode()
        csv = as_desk.get(reverse("crm:request-figures-csv")).content.decode()
        xlsx = as_desk.get(reverse("crm:request-figures-xlsx"))

        assert "The need is not what we do" in page
        assert "The need is not what we do;1" in csv
        assert "'=cmd" in csv
        assert xlsx.content[:2] == b"PK"
        assert xlsx["Content-Disposition"].endswith('.xlsx"')

    @pytest.mark.parametrize("size", [2, 12])
    def test_costs_the_same_whatever_the_number_of_requests(
        self, as_desk, size, django_assert_num_queries
    ):
        for _turn in range(size):
            referrals.decline(
                ReferralFactory(), seen=1, reason="need", text="", by=None, at=timezone.now()
            )

        with django_assert_num_queries(8):
            as_desk.get(reverse("crm:request-figures"))


class TestTheTableOfMoves:
    ACTS = [
        "qualify",
        "refer",
        "decline",
        "accept",
        "take_back",
        "nobody",
        "withdraw",
        "ask",
        "fact",
        "escalate",
    ]

    @hypothesis.settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(acts=st.lists(st.sampled_from(ACTS), max_size=12))
    def test_whatever_one_does_an_open_request_has_an_owner_and_a_next_date(self, desk, acts):
        with transaction.atomic():
            request, at = SupportRequestFactory(), NOW
            for act in acts:
                before = SupportRequest.objects.get(pk=request.pk)
                at += timedelta(days=3)
                try:
                    with transaction.atomic():
                        self.do(act, before, desk, at)
                except Refused:
                    pass
                after = SupportRequest.objects.get(pk=request.pk)
                moved = RequestState(before.state), RequestState(after.state)
                assert moved[0] == moved[1] or moved[1] in MOVES[moved[0]]
                assert (after.due_on is not None) == (after.state in OPEN)
                assert after.referrals.open().count() == (after.state == RequestState.REFERRED)
                assert (
                    (after.waiting_for != "member")
                    or after.state not in OPEN
                    or after.owner is not None
                )
            transaction.set_rollback(True)

    def do(self, act, request, desk, at):
        referral = request.referrals.open().first()
        if act == "qualify":
            requests.qualify(request, by=desk, at=at)
        elif act == "refer":
            referrals.refer(request, offer=MemberOfferFactory(), by=desk, at=at)
        elif act == "decline" and referral:
            referrals.decline(
                referral, seen=referral.request.version, reason="need", text="", by=desk, at=at
            )
        elif act == "accept" and referral:
            referrals.accept(referral, seen=referral.request.version, by=desk, at=at)
        elif act == "take_back" and referral:
            referrals.take_back(referral, by=desk, at=at)
        elif act == "nobody":
            requests.nobody_fits(
                request, next_step="Wait.", review_on=date(2030, 1, 1), by=desk, at=at
            )
        elif act == "withdraw":
            requests.withdraw_request(request, at=at)
        elif act == "ask":
            requests.ask_holder(request, text="Who?", by=desk, at=at)
        elif act == "fact":
            requests.add_fact(request, text="Us.", at=at)
        elif act == "escalate":
            referrals.escalate(request, at=at)


class TestAMembersFirstOffer:
    def test_is_written_from_the_list_of_offers(self, client, coordinator, member):
        client.force_login(coordinator)
        page = reverse("crm:offer-create", args=[member.pk])
        assert page in client.get(reverse("crm:offer-list")).content.decode()
        assert client.get(page).status_code == 200

        client.post(page, {"is_open": "on", "places": "2"})

        offer = member.offer
        assert (offer.places, offer.history.get().history_user) == (2, coordinator)
        assert page not in client.get(reverse("crm:offer-list")).content.decode()
        assert client.get(page)["Location"] == offer.get_absolute_url()

    def test_is_a_button_on_the_page_of_the_member_and_then_leads_to_it(
        self, client, coordinator, member
    ):
        client.force_login(coordinator)
        page, write = member.get_absolute_url(), reverse("crm:offer-create", args=[member.pk])
        assert write in client.get(page).content.decode()

        offer = MemberOfferFactory(member=member)

        shown = client.get(page).content.decode()
        assert (write in shown, offer.get_absolute_url() in shown) == (False, True)

    def test_has_no_button_for_who_may_neither_write_nor_read_it(self, as_desk, outsider, member):
        write = reverse("crm:offer-create", args=[member.pk])
        assert write not in as_desk.get(member.get_absolute_url()).content.decode()

        read = MemberOfferFactory(member=member).get_absolute_url()

        assert read in as_desk.get(member.get_absolute_url()).content.decode()
        as_desk.force_login(outsider)
        shown = as_desk.get(member.get_absolute_url()).content.decode()
        assert (read in shown, write in shown) == (False, False)

    def test_of_another_member_is_not_there(self, client, coordinator):
        client.force_login(coordinator)
        other = OrganisationFactory(member=True)

        assert client.get(reverse("crm:offer-create", args=[other.pk])).status_code == 404

    def test_of_any_member_for_an_administrator(self, client, administrator, member):
        client.force_login(administrator)

        assert (
            client.post(reverse("crm:offer-create", args=[member.pk]), {"places": "1"}).status_code
            == 302
        )
        assert not member.offer.is_open
