from volunteers.forms.assignments import AssignmentForm
from volunteers.forms.capacity import HorizonForm
from volunteers.forms.months import CorrectionForm, DisagreementForm, MonthFilterForm
from volunteers.forms.relay import (
    LastDayForm,
    OwnKnowledgeForm,
    PartForm,
    RelayDemandForm,
    RelayNoteForm,
    ReplaceForm,
)
from volunteers.forms.volunteers import VolunteerCreateForm, VolunteerForm
from volunteers.forms.weeks import WeekForm

__all__ = [
    "AssignmentForm",
    "CorrectionForm",
    "DisagreementForm",
    "HorizonForm",
    "LastDayForm",
    "MonthFilterForm",
    "OwnKnowledgeForm",
    "PartForm",
    "RelayDemandForm",
    "RelayNoteForm",
    "ReplaceForm",
    "VolunteerCreateForm",
    "VolunteerForm",
    "WeekForm",
]
