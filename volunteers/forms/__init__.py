from volunteers.forms.agreements import (
    AgreementFilterForm,
    AgreementForm,
    ConsentForm,
    EndForm,
    SignForm,
    TakeBackForm,
)
from volunteers.forms.assignments import AssignmentForm
from volunteers.forms.capacity import HorizonForm
from volunteers.forms.costs import CostForm, StatementForm, YearForm
from volunteers.forms.months import CorrectionForm, DisagreementForm, MonthFilterForm
from volunteers.forms.needs import NeedForm
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
    "AgreementFilterForm",
    "AgreementForm",
    "AssignmentForm",
    "ConsentForm",
    "CorrectionForm",
    "CostForm",
    "DisagreementForm",
    "EndForm",
    "HorizonForm",
    "LastDayForm",
    "MonthFilterForm",
    "NeedForm",
    "OwnKnowledgeForm",
    "PartForm",
    "RelayDemandForm",
    "RelayNoteForm",
    "ReplaceForm",
    "SignForm",
    "StatementForm",
    "TakeBackForm",
    "VolunteerCreateForm",
    "VolunteerForm",
    "WeekForm",
    "YearForm",
]
