from engagements.forms.engagements import EngagementChangeForm, EngagementCreateForm, MoveForm
from engagements.forms.intake import AcceptRequestForm
from engagements.forms.leads import AppointLeadForm, EndLeadForm
from engagements.forms.milestones import AcceptForm, FinishForm, MilestoneForm, ReasonForm
from engagements.forms.records import InteractionForm, NewsForm, ResolveForm, SolutionForm

__all__ = [
    "AcceptForm",
    "AcceptRequestForm",
    "AppointLeadForm",
    "EndLeadForm",
    "EngagementChangeForm",
    "EngagementCreateForm",
    "FinishForm",
    "InteractionForm",
    "MilestoneForm",
    "MoveForm",
    "NewsForm",
    "ReasonForm",
    "ResolveForm",
    "SolutionForm",
]
