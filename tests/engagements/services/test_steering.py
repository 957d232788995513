"""Decisions, risks and notes of the committee, and what is written when an engagement is stopped."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from engagements.domain.stages import Stage
from engagements.models import Decision, PostMortem, Risk, SteeringNote
from engagements.services import engagements, steering
from tests.api_client import ReadingBrowser
from tests.crm.factories import ContactFactory, UserFactory
from tests.engagements.factories import (
    LEARNED,
    DecisionFactory,
    LeadAppointmentFactory,
    PostMortemFactory,
    RiskFactory,
    SteeringNoteFactory,
)

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


API = "/api/v1"


@pytest.fixture
def page(coordinator):
    client = ReadingBrowser()
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def url(name, key):
    return reverse(f"engagements:{name}", args=[key])


class TestDecisions:
    def given(self, coordinator, **more):
        return {"title": "Sign", "decided_on": "2026-05-01", "owner": coordinator.pk} | more

    def test_are_written_changed_and_carried_out(self, page, engagement, coordinator):
        page.post(
            url("decision-create", engagement.pk), self.given(coordinator, due_on="2026-06-01")
        )
        decision = Decision.objects.get()
        page.post(
            url("decision-change", decision.pk), self.given(coordinator, title="Sign it", seen=1)
        )
        page.post(url("decision-finish", decision.pk), {"done_on": "2026-05-20", "seen": 2})

        decision.refresh_from_db()
        assert (decision.title, str(decision.done_on), decision.version) == (
            "Sign it",
            "2026-05-20",
            3,
        )
        assert decision.history.count() == 3

    def test_a_stale_form_keeps_what_was_typed(self, page, engagement, coordinator):
        decision = DecisionFactory(engagement=engagement)
        address = url("decision-change", decision.pk)
        page.post(address, self.given(coordinator, title="Hers", seen=1))

        refused = page.post(address, self.given(coordinator, title="His", seen=1))

        assert refused.status_code == 422
        assert 'value="His"' in refused.content.decode()
        assert "Hers" in refused.content.decode()

    def test_are_owned_by_somebody_who_works_there(self, page, engagement):
        refused = page.post(url("decision-create", engagement.pk), self.given(UserFactory()))

        assert "owner" in refused.context_data["form"].errors
        with pytest.raises(Refused):
            steering.save_decision(
                DecisionFactory.build(engagement=engagement, owner=UserFactory()),
                by=None,
                today=today(),
            )

    @pytest.mark.parametrize("days", [{"due_on": "2026-04-30"}, {"decided_on": "1999-01-01"}])
    def test_days_that_cannot_be_are_refused(self, page, engagement, coordinator, days):
        assert (
            page.post(
                url("decision-create", engagement.pk), self.given(coordinator, **days)
            ).status_code
            == 422
        )

    def test_are_carried_out_once_after_they_are_taken_and_not_in_the_future(
        self, coordinator, engagement
    ):
        decision = DecisionFactory(engagement=engagement)
        for wrong in (decision.decided_on - timedelta(days=1), today() + timedelta(days=1)):
            with pytest.raises(Refused):
                steering.finish_decision(decision, done_on=wrong, today=today(), by=coordinator)
        steering.finish_decision(decision, done_on=today(), today=today(), by=coordinator)
        with pytest.raises(Refused):
            steering.finish_decision(decision, done_on=today(), today=today(), by=coordinator)


class TestRisks:
    def test_the_gravest_stand_first(self, page, engagement):
        for likelihood, impact, title in ((1, 2, "Small"), (3, 3, "Grave"), (2, 2, "Middle")):
            RiskFactory(engagement=engagement, likelihood=likelihood, impact=impact, title=title)

        risks = page.get(url("steering", engagement.pk)).context_data["risks"]

        assert [(risk.title, risk.degree.value) for risk in risks] == [
            ("Grave", 3),
            ("Middle", 2),
            ("Small", 1),
        ]

    @pytest.mark.parametrize("degree", [0, 4])
    def test_a_degree_is_low_medium_or_high(self, coordinator, engagement, degree):
        with pytest.raises(Refused):
            steering.save_risk(
                RiskFactory.build(engagement=engagement, likelihood=degree),
                by=coordinator,
                today=today(),
            )

    def test_are_written_and_closed(self, page, engagement, coordinator):
        data = {
            "title": "Theft",
            "likelihood": 1,
            "impact": 3,
            "owner": coordinator.pk,
            "review_on": "2026-12-01",
        }
        page.post(url("risk-create", engagement.pk), data)
        risk = Risk.objects.get()
        page.post(url("risk-change", risk.pk), data | {"impact": 2, "seen": 1})
        page.post(url("risk-close", risk.pk), {"closed_on": today(), "seen": 2})

        risk.refresh_from_db()
        assert (risk.severity, risk.closed_on) == (2, today())
        with pytest.raises(Refused):
            steering.close_risk(risk, closed_on=today(), today=today(), by=coordinator)


class TestNotes:
    def test_are_read_as_markdown(self, page, engagement, coordinator):
        page.post(
            url("steering-note-create", engagement.pk),
            {"held_on": today(), "text": "# Said\n\n- **yes**"},
        )

        text = page.get(url("steering", engagement.pk)).content.decode()

        assert "<h4>Said</h4>" in text
        assert "<strong>yes</strong>" in text
        assert SteeringNote.objects.get().author == coordinator

    def test_a_meeting_is_written_down_once_it_was_held(self, coordinator, engagement):
        note = SteeringNoteFactory.build(engagement=engagement, held_on=today() + timedelta(days=1))
        with pytest.raises(Refused):
            steering.save_steering_note(note, by=coordinator, today=today())

    def test_whoever_changes_it_does_not_become_its_author(self, page, engagement, administrator):
        note = SteeringNoteFactory(engagement=engagement, author=administrator)
        page.post(
            url("steering-note-change", note.pk),
            {"held_on": note.held_on, "text": "Better", "seen": 1},
        )

        note.refresh_from_db()
        assert (note.text, note.author) == ("Better", administrator)


class TestPostMortem:
    def test_nothing_is_stopped_without_one(self, page, engagement, coordinator):
        with pytest.raises(Refused, match="post-mortem"):
            engagements.move_stage(
                engagement,
                engagements.StageMove(to=Stage.STOPPED, reason="No funds"),
                by=coordinator,
                at=timezone.now(),
            )
        answer = page.post(
            f"{API}/engagements/{engagement.pk}/move/",
            {"to": "stopped", "reason": "No funds"},
            content_type="application/json",
        )

        engagement.refresh_from_db()
        assert (answer.status_code, engagement.stage) == (400, "scoping")
        assert "post_mortem" in answer.json()["errors"]

    @pytest.mark.parametrize("missing", LEARNED)
    def test_each_of_the_three_is_asked_and_the_others_are_kept(self, page, engagement, missing):
        data = LEARNED | {"reason": "No funds", missing: " "}

        refused = page.post(url("engagement-stop", engagement.pk), data)

        told = refused.content.decode()
        assert refused.status_code == 422
        assert all(text in told for name, text in LEARNED.items() if name != missing)
        assert not PostMortem.objects.exists()

    def test_the_api_stops_with_one(self, page, engagement):
        answer = page.post(
            f"{API}/engagements/{engagement.pk}/move/",
            {"to": "stopped", "reason": "No funds", "post_mortem": LEARNED},
            content_type="application/json",
        )

        assert answer.json()["stage"] == "stopped"
        assert PostMortem.objects.get().what_we_learned == LEARNED["what_we_learned"]

    def test_is_mended_by_those_who_run_and_keeps_its_history(self, page, member):
        post_mortem = PostMortemFactory(engagement__member=member)
        answer = page.post(
            url("post-mortem-change", post_mortem.pk),
            LEARNED | {"what_happened": "Moved away", "seen": 1},
        )

        post_mortem.refresh_from_db()
        assert answer.status_code == 302
        assert (post_mortem.what_happened, post_mortem.history.count()) == ("Moved away", 2)


class TestALeadWithoutAnAccount:
    """Known by name alone, and still the one who carries out a decision or watches a risk."""

    @pytest.fixture
    def rose(self, engagement):
        contact = ContactFactory(
            organisation=engagement.beneficiary,
            kept_by=engagement.member,
            full_name="Rose Known-by-name",
        )
        return LeadAppointmentFactory(engagement=engagement, contact=contact)

    def decision(self, **more):
        return {"title": "Sign", "decided_on": "2026-05-01"} | more

    def test_owns_what_the_form_says(self, page, engagement, rose):
        address = url("decision-create", engagement.pk)
        assert "Rose Known-by-name" in page.get(address).content.decode()

        assert page.post(address, self.decision(owner_lead=rose.pk)).status_code == 302

        decision = Decision.objects.get()
        assert (decision.owner, decision.owner_lead, str(decision.holder)) == (
            None,
            rose,
            "Rose Known-by-name",
        )

    def test_is_read_on_every_page_and_in_the_api(self, page, engagement, rose, client):
        decision = DecisionFactory(
            engagement=engagement, owner=None, owner_lead=rose, due_on=today()
        )
        RiskFactory(engagement=engagement, owner=None, owner_lead=rose)

        for name in ("steering", "engagement-status"):
            assert (
                page.get(url(name, engagement.pk)).content.decode().count("Rose Known-by-name") >= 2
            )
        answer = page.get(f"{API}/decisions/{decision.pk}/").json()
        assert (answer["owner"], answer["owner_lead"]) == (None, rose.pk)

    def test_is_read_on_the_page_of_a_day_in_the_past(self, page, coordinator, engagement, rose):
        engagements.change_engagement(engagement, {"title": "Known since today"}, by=coordinator)
        decision = DecisionFactory.build(engagement=engagement, owner=None, owner_lead=rose)
        steering.save_decision(decision, by=coordinator, today=today())

        then = page.get(
            url("engagement-as-of", engagement.pk), {"on": today().isoformat()}
        ).content.decode()

        assert "Rose Known-by-name" in then

    @pytest.mark.parametrize("both", [True, False])
    def test_one_owner_is_named_and_no_more(self, page, engagement, rose, coordinator, both):
        owners = {"owner": coordinator.pk, "owner_lead": rose.pk} if both else {}
        answer = page.post(url("decision-create", engagement.pk), self.decision(**owners))

        assert answer.status_code == 422
        assert (
            "Name one owner: somebody with an account, or the project lead."
            in answer.content.decode()
        )

    @pytest.mark.parametrize("model", [DecisionFactory, RiskFactory])
    def test_the_database_keeps_it_so(self, engagement, rose, model):
        row = model(engagement=engagement)

        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(owner_lead=rose)
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(owner=None)

    def test_of_another_engagement_owns_nothing_here(self, engagement, coordinator):
        elsewhere = LeadAppointmentFactory()
        decision = DecisionFactory.build(engagement=engagement, owner=None, owner_lead=elsewhere)

        with pytest.raises(Refused) as refused:
            steering.save_decision(decision, by=coordinator, today=today())
        assert refused.value.message_dict == {
            "owner_lead": ["Choose somebody who leads this engagement today."]
        }

    def test_whose_days_are_over_is_given_nothing_more_and_keeps_what_there_is(
        self, page, engagement, rose
    ):
        decision = DecisionFactory(engagement=engagement, owner=None, owner_lead=rose)
        rose.ends_on = today() - timedelta(days=1)
        rose.save()

        data = {
            "title": "Mended",
            "decided_on": decision.decided_on,
            "owner_lead": rose.pk,
            "seen": decision.version,
        }
        assert page.post(url("decision-change", decision.pk), data).status_code == 302
        assert (
            page.post(
                url("decision-create", engagement.pk), self.decision(owner_lead=rose.pk)
            ).status_code
            == 422
        )

    def test_is_not_asked_for_where_there_is_none(self, page, engagement):
        assert "owner_lead" not in page.get(url("decision-create", engagement.pk)).content.decode()

    def test_owns_through_the_api(self, page, engagement, rose):
        body = self.decision(engagement=engagement.pk, owner_lead=rose.pk)
        answer = page.post(f"{API}/decisions/", body, content_type="application/json")

        assert answer.status_code == 201
        assert Decision.objects.get().holder == rose.contact

    def test_who_was_to_come_to_what_is_stopped_gives_it_back(self, engagement, coordinator, rose):
        decision = DecisionFactory(engagement=engagement, owner=None, owner_lead=rose)
        rose.starts_on = today() + timedelta(days=3)
        rose.save()

        engagements.move_stage(
            engagement,
            engagements.StageMove(to=Stage.STOPPED, reason="Closed", post_mortem=LEARNED),
            by=coordinator,
            at=timezone.now(),
        )

        decision.refresh_from_db()
        assert decision.holder == coordinator
