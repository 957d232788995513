from engagements.forms.engagements import EngagementChangeForm, EngagementCreateForm, MoveForm
from engagements.forms.intake import AcceptRequestForm
from engagements.forms.leads import AppointLeadForm, CorrectLeadForm, EndLeadForm
from engagements.forms.memory import AsOfForm, SinceForm, StandInForm
from engagements.forms.milestones import (
    AcceptForm,
    FinishForm,
    MilestoneForm,
    MoveMilestoneForm,
    PlanForm,
    ReasonForm,
)
from engagements.forms.records import InteractionForm, NewsForm, ResolveForm, SolutionForm
from engagements.forms.steering import (
    CloseRiskForm,
    DecisionForm,
    FinishDecisionForm,
    PostMortemForm,
    RiskForm,
    SteeringNoteForm,
    StopForm,
)
from engagements.forms.succession import LeaveForm, TakeOverForm, TakersForm

__all__ = [
    "AcceptForm",
    "AcceptRequestForm",
    "AppointLeadForm",
    "AsOfForm",
    "CloseRiskForm",
    "CorrectLeadForm",
    "DecisionForm",
    "EndLeadForm",
    "EngagementChangeForm",
    "EngagementCreateForm",
    "FinishDecisionForm",
    "FinishForm",
    "InteractionForm",
    "LeaveForm",
    "MilestoneForm",
    "MoveForm",
    "MoveMilestoneForm",
    "NewsForm",
    "PlanForm",
    "PostMortemForm",
    "ReasonForm",
    "ResolveForm",
    "RiskForm",
    "SinceForm",
    "SolutionForm",
    "StandInForm",
    "SteeringNoteForm",
    "StopForm",
    "TakeOverForm",
    "TakersForm",
]
