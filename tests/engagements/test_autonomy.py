"""Costs, owners, drills, signatures, barriers and survival: what shows that the organisation stands alone."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from crm.domain.refusals import Refused, Stale, by_field
from crm.domain.roles import Role
from crm.models import Membership
from engagements.domain.stages import Stage
from engagements.models import (
    BarrierAssessment,
    Decision,
    Drill,
    Engagement,
    EngagementLink,
    OwnershipItem,
    RunningCost,
    Side,
    Signature,
    SurvivalCheck,
)
from engagements.selectors import autonomy, outcomes
from engagements.services import costs, engagements, links, survival
from engagements.services import handover as handover_services
from engagements.services.intake import Acceptance, accept_request
from tests.api_client import ReadingClient
from tests.crm.factories import (
    ContactFactory,
    MemberOfferFactory,
    ReferralFactory,
    SupportRequestFactory,
    person_as,
)
from tests.engagements.factories import (
    AssessmentFactory,
    DrillFactory,
    EngagementFactory,
    ExitOutcomeFactory,
    LeadAppointmentFactory,
    OwnershipItemFactory,
    RunningCostFactory,
    SignatureFactory,
    SurvivalCheckFactory,
    TeamMemberFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)
Moment, Occasion, Outcome = BarrierAssessment.Moment, Signature.Occasion, Drill.Outcome
LEVELS = {"culture": 1, "expertise": 2, "finance": 1, "time": 0}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_handover=True)


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary, full_name="Rose Lead")


def refusal(service, *arguments, **given):
    with pytest.raises(Refused) as refused:
        service(*arguments, **given)
    return by_field(refused.value)


class TestRunningCosts:
    def cost(self, engagement, price, **given):
        return RunningCost(
            engagement=engagement,
            kind="hosting",
            label="Server",
            unit_price=price,
            starts_on=TODAY,
            **given,
        )

    def save(self, cost, coordinator, **given):
        return costs.save_cost(cost, by=coordinator, today=TODAY, **given)

    def test_within_the_ceiling_nothing_is_asked(self, engagement, coordinator):
        self.save(self.cost(engagement, 100), coordinator)

        assert autonomy.projection_of(engagement, TODAY).peak == 100

    def test_above_the_ceiling_it_wants_a_decision_and_keeps_nothing_without(
        self, engagement, coordinator
    ):
        assert list(refusal(self.save, self.cost(engagement, 101), coordinator)) == ["decision"]
        assert not RunningCost.objects.exists()

    def test_the_decision_is_kept_among_the_decisions(self, engagement, coordinator):
        self.save(self.cost(engagement, 101), coordinator, decision="The board voted it on Monday.")

        decision = Decision.objects.get()
        assert (decision.engagement, decision.text) == (engagement, "The board voted it on Monday.")
        assert decision.decided_on == TODAY

    def test_a_cheaper_cost_needs_no_new_decision_though_still_above(self, engagement, coordinator):
        cost = self.save(self.cost(engagement, 150), coordinator, decision="Voted.")
        cost.unit_price = Decimal(120)

        self.save(cost, coordinator)

        assert Decision.objects.count() == 1

    def test_what_somebody_else_pays_does_not_count_against_the_ceiling(
        self, engagement, coordinator
    ):
        self.save(self.cost(engagement, 900, payer="member"), coordinator)

        assert autonomy.projection_of(engagement, TODAY) is None

    def test_free_credits_have_an_end(self, engagement, coordinator):
        cost = RunningCost(
            engagement=engagement,
            kind="credits",
            label="Credits",
            unit_price=30,
            starts_on=TODAY,
            free_until=None,
        )

        with pytest.raises(Refused, match="Say until when"):
            self.save(cost, coordinator)

    def test_the_end_of_free_credits_crosses_the_ceiling_beforehand(self, engagement, coordinator):
        cost = self.cost(engagement, 130, free_until=TODAY + timedelta(days=300))

        assert list(refusal(self.save, cost, coordinator)) == ["decision"]

    def test_a_cost_that_somebody_changed_meanwhile_is_stale(self, engagement, coordinator):
        cost = RunningCostFactory(engagement=engagement)
        saved = RunningCost.objects.get()
        saved.label = "Other"
        self.save(saved, coordinator, seen=1)

        with pytest.raises(Stale):
            self.save(cost, coordinator, seen=1)

    def test_the_page_says_the_share_of_the_budget_to_the_lead_and_not_to_the_team(
        self, engagement, lead, client
    ):
        engagement.beneficiary.annual_budget = 12_000
        engagement.beneficiary.save()
        RunningCostFactory(engagement=engagement, unit_price=20)
        page = reverse("engagements:engagement-autonomy", args=[engagement.pk])
        client.force_login(lead)
        assert "2.00%" in client.get(page, headers={"accept-language": "en"}).content.decode()

        client.force_login(in_team(engagement))
        text = client.get(page, headers={"accept-language": "en"}).content.decode()

        assert "2.00%" not in text
        assert "Server" not in text
        assert "Hosting" in text


def in_team(engagement):
    volunteer = person_as(Role.VOLUNTEER, full_name="Vera Volunteer")
    TeamMemberFactory(engagement=engagement, user=volunteer)
    return volunteer


class TestGates:
    def move(self, engagement, to, coordinator):
        return engagements.move_stage(
            engagement, engagements.StageMove(to=to), by=coordinator, at=NOW
        )

    def test_hand_over_names_the_costs_and_every_part_without_an_owner(self, member, coordinator):
        engagement = EngagementFactory(member=member, in_launch=True)

        sentences = refusal(self.move, engagement, Stage.HANDOVER, coordinator)["to"]

        assert sentences[0] == "Write down what the solution costs to run."
        assert all(str(kind.label) in sentences[1] for kind in OwnershipItem.Kind)

    def test_hand_over_opens_with_costs_and_owners(self, member, coordinator):
        engagement = EngagementFactory(member=member, in_launch=True)
        RunningCostFactory(engagement=engagement)
        for kind in OwnershipItem.Kind:
            OwnershipItemFactory(engagement=engagement, kind=kind)

        assert self.move(engagement, Stage.HANDOVER, coordinator).stage == Stage.HANDOVER

    def ready(self, engagement):
        for kind in autonomy.REQUIRED_DRILLS:
            DrillFactory(engagement=engagement, kind=kind)
        for side in Side:
            SignatureFactory(engagement=engagement, side=side)

    def test_autonomy_opens_with_all_drills_done_alone_and_both_signatures(
        self, engagement, coordinator
    ):
        self.ready(engagement)

        assert self.move(engagement, Stage.AUTONOMOUS, coordinator).stage == Stage.AUTONOMOUS

    def test_a_drill_done_with_help_is_not_enough(self, engagement, coordinator):
        self.ready(engagement)
        engagement.drills.filter(kind="restore").update(outcome=Outcome.HELPED)

        sentences = refusal(self.move, engagement, Stage.AUTONOMOUS, coordinator)["to"]

        assert sentences == ["Have these done by the organisation alone: restore a backup."]

    def test_a_side_that_disagrees_last_keeps_it_closed(self, engagement, coordinator):
        self.ready(engagement)
        handover_services.sign(
            engagement,
            handover_services.SignedWord(
                occasion=Occasion.HANDOVER,
                side=Side.BENEFICIARY,
                agrees=False,
                comment="The backup was never restored.",
                name="Rose",
            ),
            by=None,
            at=NOW,
            seen=autonomy.seal_of(engagement),
        )

        sentences = refusal(self.move, engagement, Stage.AUTONOMOUS, coordinator)["to"]

        assert sentences == ["Rose disagrees with the hand-over: settle it and sign anew."]

    def test_standing_alone_plans_the_four_checks(self, engagement, coordinator):
        self.ready(engagement)
        self.move(engagement, Stage.AUTONOMOUS, coordinator)

        planned = engagement.survival_checks.order_by("months").values_list("months", "due_on")
        assert list(planned) == [
            (3, date(2026, 9, 15)),
            (6, date(2026, 12, 15)),
            (12, date(2027, 6, 15)),
            (24, date(2028, 6, 15)),
        ]

    def test_an_engagement_that_stands_alone_is_not_opened_again_and_the_words_say_what_to_do(
        self, coordinator
    ):
        engagement = EngagementFactory(autonomous=True)

        sentences = refusal(self.move, engagement, Stage.HANDOVER, coordinator)["to"]

        assert "Open a new engagement" in sentences[0]


class TestDrills:
    def test_a_day_to_come_is_refused(self, engagement, coordinator):
        drill = Drill(
            engagement=engagement,
            kind="text",
            done_on=TODAY + timedelta(days=1),
            done_by="Rose",
            outcome="failed",
        )

        assert list(refusal(handover_services.save_drill, drill, by=coordinator, today=TODAY)) == [
            "done_on"
        ]

    def test_done_alone_says_what_shows_it(self, engagement, coordinator):
        drill = Drill(
            engagement=engagement, kind="text", done_on=TODAY, done_by="Rose", outcome="alone"
        )

        with pytest.raises(Refused, match="what shows"):
            handover_services.save_drill(drill, by=coordinator, today=TODAY)

    def test_one_of_their_own_has_a_name(self, engagement, coordinator):
        drill = Drill(
            engagement=engagement, kind="own", done_on=TODAY, done_by="Rose", outcome="failed"
        )

        with pytest.raises(Refused, match="what was tried"):
            handover_services.save_drill(drill, by=coordinator, today=TODAY)

    def test_the_lead_writes_one_down_on_their_page(self, engagement, lead, client):
        client.force_login(lead)
        client.post(
            reverse("engagements:drill-create", args=[engagement.pk]),
            {
                "kind": "restore",
                "done_on": "2026-06-01",
                "done_by": "Rose",
                "outcome": "alone",
                "evidence": "Monday's file is back.",
            },
        )

        assert (Drill.objects.get().recorded_by, Drill.objects.get().outcome) == (lead, "alone")


class TestSignatures:
    def sign(self, engagement, at=NOW, **changes):
        fields = {
            "occasion": Occasion.HANDOVER,
            "side": Side.BENEFICIARY,
            "agrees": True,
            "name": "Rose",
        }
        seen = changes.pop("seen", autonomy.seal_of(engagement))
        word = handover_services.SignedWord(**fields | changes)
        return handover_services.sign(engagement, word, by=None, at=at, seen=seen)

    def test_disagreement_says_with_what(self, engagement):
        with pytest.raises(Refused, match="what you disagree with"):
            self.sign(engagement, agrees=False)

    def test_a_second_click_signs_nothing(self, engagement):
        self.sign(engagement)

        with pytest.raises(Refused, match="signed already"):
            self.sign(engagement)
        assert Signature.objects.count() == 1

    def test_a_later_word_stands_beside_the_first(self, engagement):
        self.sign(engagement, agrees=False, comment="No backup.")
        self.sign(engagement, at=NOW + timedelta(days=2))

        assert [row.agrees for row in Signature.objects.for_list()] == [False, True]
        words = autonomy.last_signatures(Signature.objects.all(), Occasion.HANDOVER)
        assert words[Side.BENEFICIARY].agrees

    @pytest.mark.parametrize(
        ("stage", "occasion"),
        [
            (Stage.BUILD, Occasion.HANDOVER),
            (Stage.AUTONOMOUS, Occasion.HANDOVER),
            (Stage.HANDOVER, Occasion.CLOSING),
        ],
    )
    def test_is_refused_at_another_stage(self, stage, occasion):
        with pytest.raises(Refused):
            self.sign(EngagementFactory(stage=stage), occasion=occasion)

    def test_a_side_signs_for_itself_alone(self, engagement, lead, coordinator, client):
        for person, side in ((lead, Side.MEMBER), (coordinator, Side.BENEFICIARY)):
            client.force_login(person)
            page = reverse("engagements:signature-create", args=[engagement.pk, side.value])
            assert client.post(page, {"agrees": "True", "name": "X"}).status_code == 403

    def test_a_disagreement_is_shown_as_it_is(self, engagement, lead, client):
        client.force_login(lead)
        client.post(
            reverse("engagements:signature-create", args=[engagement.pk, "beneficiary"]),
            {
                "agrees": "False",
                "comment": "Nobody here <b>can</b> restore it. 🙁",
                "name": 'Rose "R." O\'Lead',
                "seen": autonomy.seal_of(engagement),
            },
        )

        text = client.get(
            reverse("engagements:engagement-autonomy", args=[engagement.pk])
        ).content.decode()
        assert "Nobody here &lt;b&gt;can&lt;/b&gt; restore it. 🙁" in text
        assert "Rose &#34;R.&#34; O&#39;Lead" in text


class TestBarriers:
    def assess(self, engagement, moment, levels=LEVELS, **more):
        answers = handover_services.BarrierAnswers(moment, Side.BENEFICIARY, levels)
        more = {"by": None, "today": TODAY} | more
        return handover_services.assess_barriers(engagement, answers, **more)

    def test_written_again_it_changes_and_the_history_keeps_both(self, engagement):
        self.assess(engagement, Moment.INTAKE)
        again = self.assess(engagement, Moment.INTAKE, levels=LEVELS | {"time": 4})

        assert (BarrierAssessment.objects.count(), again.time, again.history.count()) == (1, 4, 2)

    def test_two_at_once_do_not_overwrite_each_other(self, engagement):
        self.assess(engagement, Moment.INTAKE)
        self.assess(engagement, Moment.INTAKE, levels=LEVELS | {"time": 4}, seen=1)

        with pytest.raises(Stale):
            self.assess(engagement, Moment.INTAKE, seen=1)

    def test_six_months_later_is_six_months_later(self):
        engagement = EngagementFactory(autonomous=True, stage_entered_on=date(2026, 1, 16))

        errors = refusal(self.assess, engagement, Moment.LATER, today=date(2026, 7, 15))

        assert "16 July 2026" in errors["moment"][0]
        assert self.assess(engagement, Moment.LATER, today=date(2026, 7, 16)).pk

    @pytest.mark.parametrize("moment", [Moment.HANDOVER, Moment.LATER])
    def test_is_refused_before_its_moment(self, moment):
        assert list(refusal(self.assess, EngagementFactory(in_build=True), moment)) == ["moment"]

    def test_the_table_puts_sides_beside_each_other_and_says_the_change(self, engagement):
        AssessmentFactory(engagement=engagement, culture=3)
        AssessmentFactory(engagement=engagement, culture=2, side=Side.MEMBER)
        AssessmentFactory(engagement=engagement, culture=1, moment=Moment.HANDOVER)

        culture = autonomy.barriers_table(engagement.assessments.all())[0]

        (_m, intake), (_m, handover), (_m, later) = culture.moments
        assert [cell.level for _side, cell in intake] == [3, 2]
        assert (handover[0][1].level, handover[0][1].change, handover[1][1]) == (1, -2, None)
        assert [cell for _side, cell in later] == [None, None]

    def test_what_the_holder_said_at_the_public_form_is_carried_over(self, member, coordinator):
        MemberOfferFactory(member=member)
        support_request = SupportRequestFactory(
            **{f"barrier_{name}": level for name, level in LEVELS.items()}
        )
        referral = ReferralFactory(request=support_request, member=member)

        engagement = accept_request(
            referral,
            Acceptance(title="X", coordinator=coordinator, started_on=TODAY),
            by=coordinator,
            at=NOW,
            seen=support_request.version,
        )

        carried = engagement.assessments.get()
        assert {name: getattr(carried, name) for name in LEVELS} == LEVELS
        assert (carried.moment, carried.side) == (Moment.INTAKE, Side.BENEFICIARY)


class TestSurvival:
    ANSWER = {"is_running": True, "usage": "daily", "keeper": "selves", "answered_by": "Rose"}

    def check(self, engagement=None, **given):
        check = SurvivalCheckFactory(**({"engagement": engagement} if engagement else {}), **given)
        contact = ContactFactory(
            organisation=check.engagement.beneficiary,
            kept_by=check.engagement.member,
            email="rose@asso.example",
        )
        LeadAppointmentFactory(engagement=check.engagement, contact=contact)
        return check

    def test_a_due_check_is_asked_once_then_reminded_once(self):
        check = self.check()

        sent = [
            survival.run_checks(at=NOW + timedelta(days=days)) for days in (0, 0, 13, 14, 15, 60)
        ]

        check.refresh_from_db()
        assert sent == [1, 0, 0, 1, 0, 0]
        assert (check.asked_on, check.reminded_on) == (TODAY, TODAY + timedelta(days=14))

    def test_a_check_that_is_not_due_is_not_asked(self):
        check = self.check(due_on=TODAY + timedelta(days=1))

        assert survival.run_checks(at=NOW) == 0
        with pytest.raises(Refused):
            survival.ask_check(check, at=NOW)

    def test_without_an_address_nothing_is_sent_and_the_check_stays_due(self):
        check = SurvivalCheckFactory()

        assert survival.run_checks(at=NOW) == 0
        with pytest.raises(Refused, match="e-mail"):
            survival.ask_check(check, at=NOW)

    def test_an_answer_is_whole(self):
        check = self.check()

        with pytest.raises(Refused):
            survival.answer_check(
                check, survival.SurvivalAnswer(**self.ANSWER | {"usage": ""}), at=NOW
            )

    def test_alive_is_running_and_used(self):
        assert SurvivalCheckFactory.build(alive=True).is_alive is True
        assert SurvivalCheckFactory.build(alive=True, usage="no").is_alive is False
        assert SurvivalCheckFactory.build(over=True).is_alive is False
        assert SurvivalCheckFactory.build().is_alive is None

    def test_an_answer_may_be_changed_and_the_history_keeps_both(self):
        check = self.check()
        survival.answer_check(check, survival.SurvivalAnswer(**self.ANSWER), at=NOW)
        survival.answer_check(
            check, survival.SurvivalAnswer(**self.ANSWER | {"usage": "no"}), at=NOW
        )

        check.refresh_from_db()
        assert (check.is_alive, check.history.count()) == (False, 3)


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


class TestOutcomes:
    def test_counts_everything_that_was_started(self, member):
        EngagementFactory(member=member, started_on=date(2025, 3, 1))
        EngagementFactory(member=member, started_on=date(2025, 4, 1), stopped=True)
        alone = EngagementFactory.create_batch(
            3, member=member, started_on=date(2024, 1, 1), autonomous=True
        )
        for engagement, answer in zip(alone, ({"alive": True}, {"over": True}, {}), strict=True):
            SurvivalCheckFactory(engagement=engagement, months=12, **answer)

        later, earlier = outcomes.outcomes_by_year(Engagement.objects.all(), TODAY)

        assert (later.year, later.started, later.running, later.stopped, later.delivered) == (
            2025,
            2,
            1,
            1,
            0,
        )
        assert (earlier.autonomous, earlier.delivered, earlier.due) == (3, 3, 3)
        assert (earlier.alive, earlier.over, earlier.silent) == (1, 1, 1)
        assert outcomes.total([later, earlier]).started == 5

    def test_one_that_was_delivered_and_stopped_later_stays_delivered(self, member, coordinator):
        engagement = EngagementFactory(member=member, in_handover=True)
        engagement.stage, engagement.stopped_on, engagement.stop_reason = (
            Stage.STOPPED,
            TODAY,
            "Closed.",
        )
        engagement.save()

        (row,) = outcomes.outcomes_by_year(Engagement.objects.all(), TODAY)

        assert (row.delivered, row.stopped) == (1, 1)

    @pytest.mark.parametrize("size", [1, 9])
    def test_queries_do_not_grow(
        self, client, member, coordinator, django_assert_num_queries, size
    ):
        for engagement in EngagementFactory.create_batch(size, member=member, autonomous=True):
            SurvivalCheckFactory(engagement=engagement, months=12, alive=True)
        EngagementFactory.create_batch(size, member=member, stopped=True)
        client.force_login(coordinator)

        with django_assert_num_queries(8):
            client.get(reverse("engagements:outcomes"))

    def test_the_csv_holds_the_same_figures(self, client, member, coordinator):
        EngagementFactory(member=member, started_on=date(2025, 3, 1))
        client.force_login(coordinator)

        lines = client.get(
            reverse("engagements:outcomes-csv"), headers={"accept-language": "en"}
        ).content.decode()

        assert lines.splitlines()[1] == "2025;1;1;0;0;0;0;0;0;0"


class TestPage:
    @pytest.mark.parametrize("size", [1, 7])
    def test_queries_do_not_grow(
        self, client, engagement, coordinator, django_assert_num_queries, size
    ):
        for number in range(size):
            RunningCostFactory(engagement=engagement, label=f"Cost {number}")
            OwnershipItemFactory(engagement=engagement, label=f"Item {number}")
            DrillFactory(engagement=engagement)
            SignatureFactory(engagement=engagement)
        AssessmentFactory(engagement=engagement)
        ExitOutcomeFactory(engagement=engagement)
        client.force_login(coordinator)

        with django_assert_num_queries(11):
            client.get(reverse("engagements:engagement-autonomy", args=[engagement.pk]))

    def test_every_form_keeps_what_was_typed(self, client, engagement, coordinator):
        client.force_login(coordinator)
        wrong = {
            "label": "Kept 'as' \"typed\" 🌱",
            "name": "Kept 'as' \"typed\" 🌱",
            "comment": "Kept",
        }
        for name, arguments in (
            ("cost-create", []),
            ("ownership-create", []),
            ("drill-create", []),
            ("levers-change", []),
            ("signature-create", ["member"]),
            ("assessment-change", ["intake", "member"]),
        ):
            response = client.post(
                reverse(f"engagements:{name}", args=[engagement.pk, *arguments]), wrong
            )
            assert response.status_code == 422, name
            assert "Kept" in response.content.decode(), name

    def test_an_unknown_side_or_moment_does_not_exist(self, client, engagement, coordinator):
        client.force_login(coordinator)
        for name, arguments in (
            ("signature-create", ["nobody"]),
            ("assessment-change", ["never", "member"]),
            ("assessment-change", ["intake", "nobody"]),
        ):
            assert (
                client.get(
                    reverse(f"engagements:{name}", args=[engagement.pk, *arguments])
                ).status_code
                == 404
            )


class TestApi:
    @pytest.fixture
    def api(self, coordinator):
        api = ReadingClient(headers={"accept-language": "en"})
        api.force_authenticate(coordinator)
        return api

    def test_writes_a_cost_and_reads_the_burden(self, api, engagement):
        body = {
            "engagement": engagement.pk,
            "kind": "hosting",
            "label": "Server",
            "unit_price": "9.90",
            "starts_on": "2026-01-01",
        }
        created = api.post(reverse("api:runningcost-list"), body)
        assert created.status_code == 201, created.json()

        answer = api.get(reverse("api:autonomy-running-costs", args=[engagement.pk])).json()
        assert (answer["peak"], answer["ceiling"], answer["over"]) == ("9.90", "100.00", None)

    def test_the_refusal_is_that_of_the_page(self, api, engagement):
        body = {
            "engagement": engagement.pk,
            "kind": "hosting",
            "label": "Server",
            "unit_price": 400,
            "starts_on": "2026-01-01",
        }
        response = api.post(reverse("api:runningcost-list"), body)

        assert response.status_code == 400
        assert "ceiling" in str(response.json())

    def test_a_part_never_moves_to_another_engagement(self, api, engagement, member):
        item, other = OwnershipItemFactory(engagement=engagement), EngagementFactory(member=member)

        address = reverse("api:ownershipitem-detail", args=[item.pk])
        assert api.patch(address, {"engagement": other.pk, "label": "New"}).status_code == 400
        assert (
            api.patch(address, {"engagement": engagement.pk, "label": "Newer"}).status_code == 200
        )

        item.refresh_from_db()
        assert (item.engagement, item.label) == (engagement, "Newer")

    def test_an_old_version_is_refused(self, api, engagement):
        item = OwnershipItemFactory(engagement=engagement)
        address = reverse("api:ownershipitem-detail", args=[item.pk])
        assert api.patch(address, {"label": "Hers", "seen": 1}).status_code == 200

        assert api.patch(address, {"label": "His", "seen": 1}).status_code == 409

    def test_signs_assesses_and_writes_the_levers(self, api, engagement):
        word = {"occasion": "handover", "side": "member", "agrees": True, "name": "Camille"}
        word["seen"] = api.get(reverse("api:autonomy-to-sign", args=[engagement.pk])).json()["seen"]
        assert api.post(reverse("api:autonomy-sign", args=[engagement.pk]), word).status_code == 201
        levels = LEVELS | {"moment": "handover", "side": "member"}
        assert (
            api.post(reverse("api:autonomy-assess", args=[engagement.pk]), levels).json()[
                "expertise"
            ]
            == 2
        )
        levers = {"legitimacy": "yes", "skills": "both"}
        assert (
            api.put(reverse("api:autonomy-levers", args=[engagement.pk]), levers).json()["skills"]
            == "both"
        )

    def test_the_coordinator_does_not_sign_for_the_organisation(self, api, engagement):
        word = {"occasion": "handover", "side": "beneficiary", "agrees": True, "name": "Camille"}

        assert api.post(reverse("api:autonomy-sign", args=[engagement.pk]), word).status_code == 403

    def test_answers_a_survival_check(self, api, member):
        check = SurvivalCheckFactory(engagement__member=member)
        answered = api.post(
            reverse("api:survivalcheck-answer", args=[check.pk]), TestSurvival.ANSWER
        )

        assert answered.json()["is_alive"] is True

    def test_the_outcomes_are_those_of_the_page(self, api, engagement):
        answer = api.get(reverse("api:autonomy-outcomes")).json()

        assert [(row["year"], row["started"]) for row in answer] == [(2026, 1), (None, 1)]


def test_what_is_free_ends_in_good_time(engagement):
    RunningCostFactory(engagement=engagement, free_until=TODAY + timedelta(days=59))
    RunningCostFactory(engagement=engagement, free_until=TODAY + timedelta(days=61))
    RunningCostFactory(engagement=engagement, free_until=TODAY - timedelta(days=1))

    assert RunningCost.objects.ending_free(TODAY).count() == 1


def test_a_former_lead_no_longer_opens_the_page(engagement, lead, client):
    client.force_login(lead)
    page = reverse("engagements:engagement-autonomy", args=[engagement.pk])
    assert client.get(page).status_code == 200

    Membership.objects.filter(user=lead).update(ended_on=timezone.localdate())

    assert client.get(page).status_code == 404


def test_survival_checks_are_seen_by_those_who_see_the_engagement(
    outsider, coordinator, engagement
):
    SurvivalCheckFactory(engagement=engagement)

    assert SurvivalCheck.objects.visible_to(coordinator).count() == 1
    assert not SurvivalCheck.objects.visible_to(outsider).exists()
