"""Drills, signatures and barriers: what shows that the organisation stands alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from engagements.domain.stages import Stage
from engagements.models import BarrierAssessment, Drill, Side, Signature
from engagements.selectors import autonomy
from engagements.services import handover as handover_services
from engagements.services.intake import Acceptance, accept_request
from tests.crm.factories import (
    MemberOfferFactory,
    ReferralFactory,
    SupportRequestFactory,
    person_as,
)
from tests.engagements.factories import AssessmentFactory, EngagementFactory
from tests.services import refusal

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)
Moment, Occasion, Outcome = BarrierAssessment.Moment, Signature.Occasion, Drill.Outcome
LEVELS = {"culture": 1, "expertise": 2, "finance": 1, "time": 0}


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_handover=True)


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary, full_name="Rose Lead")


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
