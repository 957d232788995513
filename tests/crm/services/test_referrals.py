"""A request is proposed to a member, which answers, or does not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from crm.domain.workdays import add_working_days
from crm.models import Referral, SecretLink, SupportRequest
from crm.selectors import orientation
from crm.services import links, offers, referrals, requests
from tests.crm.factories import (
    MemberOfferFactory,
    MembershipFactory,
    ReferralFactory,
    SupportRequestFactory,
    person_as,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)


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
        assert "</time>: No team available in time" in page
        assert "out of 100" not in page
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
