from engagements.models.barriers import BarrierAssessment, ExitOutcome, Side
from engagements.models.costs import RunningCost
from engagements.models.engagements import Engagement, EngagementQuerySet, GatePass, TeamMember
from engagements.models.handover import (
    Drill,
    EngagementLink,
    OwnershipItem,
    Signature,
    SurvivalCheck,
)
from engagements.models.health import HealthOverride, HealthRule, Pause
from engagements.models.interactions import EngagementInteraction
from engagements.models.leads import FULL_TIME, LeadAppointment
from engagements.models.milestones import Milestone
from engagements.models.post_mortems import PostMortem
from engagements.models.progress import Blocker, ProgressLog
from engagements.models.roadmap import CalendarLink, Dependency, MilestoneTemplate
from engagements.models.solutions import Solution
from engagements.models.steering import Decision, Risk, SteeringNote

__all__ = [
    "FULL_TIME",
    "BarrierAssessment",
    "Blocker",
    "CalendarLink",
    "Decision",
    "Dependency",
    "Drill",
    "Engagement",
    "EngagementInteraction",
    "EngagementLink",
    "EngagementQuerySet",
    "ExitOutcome",
    "GatePass",
    "HealthOverride",
    "HealthRule",
    "LeadAppointment",
    "Milestone",
    "MilestoneTemplate",
    "OwnershipItem",
    "Pause",
    "PostMortem",
    "ProgressLog",
    "Risk",
    "RunningCost",
    "Side",
    "Signature",
    "Solution",
    "SteeringNote",
    "SurvivalCheck",
    "TeamMember",
]
