from datetime import UTC, date, datetime

import factory

from engagements.domain.stages import Stage
from engagements.models import (
    FULL_TIME,
    BarrierAssessment,
    Blocker,
    Decision,
    Drill,
    Engagement,
    ExitOutcome,
    HealthOverride,
    LeadAppointment,
    Milestone,
    MilestoneTemplate,
    OwnershipItem,
    Pause,
    PostMortem,
    ProgressLog,
    Risk,
    RunningCost,
    Side,
    Signature,
    Solution,
    SteeringNote,
    SurvivalCheck,
    TeamMember,
)
from tests.crm.factories import ContactFactory, OrganisationFactory, UserFactory

STARTED_ON = date(2026, 1, 5)
LEARNED = {
    "what_happened": "The association closed.",
    "what_we_learned": "Ask for the accounts first.",
    "what_we_would_do": "Meet the board before the team.",
}


class EngagementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Engagement
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Engagement {n:03}")
    beneficiary = factory.SubFactory(OrganisationFactory, beneficiary=True)
    member = factory.SubFactory(OrganisationFactory, member=True)
    coordinator = factory.SubFactory(UserFactory)
    stage = Stage.SCOPING
    stage_entered_on = STARTED_ON
    started_on = STARTED_ON
    last_news_on = STARTED_ON

    class Params:
        in_design = factory.Trait(stage=Stage.DESIGN)
        in_build = factory.Trait(stage=Stage.BUILD, running_cost_ceiling=100)
        in_launch = factory.Trait(stage=Stage.LAUNCH, running_cost_ceiling=100)
        in_handover = factory.Trait(stage=Stage.HANDOVER, running_cost_ceiling=100)
        autonomous = factory.Trait(stage=Stage.AUTONOMOUS, running_cost_ceiling=100)
        stopped = factory.Trait(
            stage=Stage.STOPPED,
            stage_entered_on=date(2026, 6, 1),
            stopped_on=date(2026, 6, 1),
            stop_reason="The association closed.",
            post_mortem=factory.RelatedFactory(
                "tests.engagements.factories.PostMortemFactory", factory_related_name="engagement"
            ),
        )


class LeadAppointmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LeadAppointment

    engagement = factory.SubFactory(EngagementFactory)
    contact = factory.SubFactory(
        ContactFactory,
        organisation=factory.SelfAttribute("..engagement.beneficiary"),
        kept_by=factory.SelfAttribute("..engagement.member"),
    )
    share = FULL_TIME
    starts_on = STARTED_ON


class MilestoneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Milestone

    engagement = factory.SubFactory(EngagementFactory)
    title = factory.Sequence(lambda n: f"Milestone {n:03}")
    planned_first_on = date(2026, 6, 1)
    planned_on = factory.SelfAttribute("planned_first_on")

    class Params:
        done = factory.Trait(done_on=date(2026, 6, 10))
        accepted = factory.Trait(
            done_on=date(2026, 6, 10),
            accepted_on=date(2026, 6, 12),
            accepted_by=factory.SubFactory(UserFactory),
        )


class MilestoneTemplateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MilestoneTemplate

    code = factory.Sequence(lambda n: f"template-{n}")
    title_fr = factory.Sequence(lambda n: f"Jalon type {n}")
    title_en = factory.Sequence(lambda n: f"Usual milestone {n}")
    days = 30


class HealthOverrideFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HealthOverride

    engagement = factory.SubFactory(EngagementFactory)
    level = "good"
    reason = "The team is on it."
    until = date(2026, 7, 1)
    made_by = factory.SubFactory(UserFactory)
    made_at = datetime(2026, 6, 15, 9, tzinfo=UTC)


class PauseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Pause

    engagement = factory.SubFactory(EngagementFactory)
    starts_on = date(2026, 6, 1)
    reason = "The association is closed."


class ProgressLogFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProgressLog

    engagement = factory.SubFactory(EngagementFactory)
    author = factory.SubFactory(UserFactory)
    week = date(2026, 6, 1)
    done = "Built the form."
    written_at = datetime(2026, 6, 5, 16, 0, tzinfo=UTC)


class BlockerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Blocker

    engagement = factory.SubFactory(EngagementFactory)
    text = "No access to the server."
    opened_on = date(2026, 6, 1)
    opened_by = factory.SubFactory(UserFactory)


class SolutionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Solution

    engagement = factory.SubFactory(EngagementFactory)
    name = factory.Sequence(lambda n: f"Solution {n:03}")
    kind = Solution.Kind.PLATFORM


class TeamMemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TeamMember

    engagement = factory.SubFactory(EngagementFactory)
    user = factory.SubFactory(UserFactory)
    joined_on = STARTED_ON


class RunningCostFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RunningCost

    engagement = factory.SubFactory(EngagementFactory)
    kind = RunningCost.Kind.HOSTING
    label = "Hosting"
    unit_price = 10
    starts_on = STARTED_ON


class OwnershipItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OwnershipItem

    engagement = factory.SubFactory(EngagementFactory)
    kind = OwnershipItem.Kind.CODE
    label = "Repository"
    holder = OwnershipItem.Holder.BENEFICIARY
    since = STARTED_ON


class DrillFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Drill

    engagement = factory.SubFactory(EngagementFactory)
    kind = Drill.Kind.RESTORE
    done_on = date(2026, 6, 1)
    done_by = "Rose"
    outcome = Drill.Outcome.ALONE
    evidence = "The file of Monday is back."
    recorded_by = factory.SubFactory(UserFactory)


class SignatureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Signature

    engagement = factory.SubFactory(EngagementFactory)
    occasion = Signature.Occasion.HANDOVER
    side = Side.BENEFICIARY
    agrees = True
    name = "Rose Lead"
    signed_at = datetime(2026, 6, 1, 9, tzinfo=UTC)


class AssessmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BarrierAssessment

    engagement = factory.SubFactory(EngagementFactory)
    moment = BarrierAssessment.Moment.INTAKE
    side = Side.BENEFICIARY
    culture, expertise, finance, time = 3, 3, 2, 2
    assessed_on = STARTED_ON


class ExitOutcomeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ExitOutcome

    engagement = factory.SubFactory(EngagementFactory)
    legitimacy = ExitOutcome.Legitimacy.YES
    skills = ExitOutcome.Skills.PARTNER


class SurvivalCheckFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SurvivalCheck

    engagement = factory.SubFactory(EngagementFactory, autonomous=True)
    months = 3
    due_on = date(2026, 6, 1)

    class Params:
        alive = factory.Trait(
            answered_on=date(2026, 6, 3),
            answered_by="Rose",
            is_running=True,
            usage=SurvivalCheck.Usage.DAILY,
            keeper=SurvivalCheck.Keeper.SELVES,
        )
        over = factory.Trait(
            answered_on=date(2026, 6, 3),
            answered_by="Rose",
            is_running=False,
            usage=SurvivalCheck.Usage.NO,
            keeper=SurvivalCheck.Keeper.NOBODY,
        )


class PostMortemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PostMortem

    engagement = factory.SubFactory(EngagementFactory, stopped=True, post_mortem=None)
    what_happened = LEARNED["what_happened"]
    what_we_learned = LEARNED["what_we_learned"]
    what_we_would_do = LEARNED["what_we_would_do"]
    written_by = factory.SelfAttribute("engagement.coordinator")
    written_on = date(2026, 6, 1)


class DecisionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Decision

    engagement = factory.SubFactory(EngagementFactory)
    title = factory.Sequence(lambda n: f"Decision {n:03}")
    decided_on = date(2026, 5, 1)
    owner = factory.SelfAttribute("engagement.coordinator")


class RiskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Risk

    engagement = factory.SubFactory(EngagementFactory)
    title = factory.Sequence(lambda n: f"Risk {n:03}")
    likelihood = 2
    impact = 3
    owner = factory.SelfAttribute("engagement.coordinator")
    review_on = date(2026, 7, 1)


class SteeringNoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SteeringNote

    engagement = factory.SubFactory(EngagementFactory)
    held_on = date(2026, 5, 1)
    text = "We *go on*."
    author = factory.SelfAttribute("engagement.coordinator")


def contact_of(engagement):
    return ContactFactory(organisation=engagement.beneficiary, kept_by=engagement.member)
