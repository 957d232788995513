"""What must be there before an engagement is handed over, and before it stands alone."""

from datetime import UTC, date, datetime

import pytest

from engagements.domain.stages import Stage
from engagements.models import BarrierAssessment, Drill, OwnershipItem, Side, Signature
from engagements.selectors import autonomy
from engagements.services import engagements
from engagements.services import handover as handover_services
from tests.engagements.factories import (
    DrillFactory,
    EngagementFactory,
    OwnershipItemFactory,
    RunningCostFactory,
    SignatureFactory,
)
from tests.services import refusal

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
Moment, Occasion, Outcome = BarrierAssessment.Moment, Signature.Occasion, Drill.Outcome


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_handover=True)


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
