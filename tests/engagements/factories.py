from datetime import UTC, date, datetime

import factory

from engagements.models import (
    FULL_TIME,
    Blocker,
    Engagement,
    LeadAppointment,
    Milestone,
    ProgressLog,
    Solution,
    TeamMember,
)
from engagements.stages import Stage
from tests.crm.factories import ContactFactory, OrganisationFactory, UserFactory

STARTED_ON = date(2026, 1, 5)


class EngagementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Engagement

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
        stopped = factory.Trait(stage=Stage.STOPPED, stopped_on=date(2026, 6, 1), stop_reason="The association closed.")


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
