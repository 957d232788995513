from engagements.models.engagements import Engagement, EngagementQuerySet, GatePass, TeamMember, people_of
from engagements.models.interactions import EngagementInteraction
from engagements.models.leads import FULL_TIME, LeadAppointment
from engagements.models.milestones import Milestone
from engagements.models.progress import Blocker, ProgressLog
from engagements.models.solutions import Solution

__all__ = [
    "FULL_TIME",
    "Blocker",
    "Engagement",
    "EngagementInteraction",
    "EngagementQuerySet",
    "GatePass",
    "LeadAppointment",
    "Milestone",
    "ProgressLog",
    "Solution",
    "TeamMember",
    "people_of",
]
