from volunteers.forms.agreements import (
    AgreementFilterForm,
    AgreementForm,
    ConsentForm,
    EndForm,
    SignForm,
    TakeBackForm,
)
from volunteers.forms.assignments import AssignmentForm
from volunteers.forms.attestations import AttestationForm, RevokeForm
from volunteers.forms.capacity import HorizonForm
from volunteers.forms.companies import CompanyForm, IdentityForm
from volunteers.forms.costs import CostForm, StatementForm, YearForm
from volunteers.forms.declarations import DeclareForm, ReductionForm
from volunteers.forms.months import CorrectionForm, DisagreementForm, MonthFilterForm
from volunteers.forms.needs import NeedForm
from volunteers.forms.relay import (
    LastDayForm,
    LaterDayForm,
    OwnKnowledgeForm,
    PartForm,
    RelayDemandForm,
    RelayNoteForm,
    ReplaceForm,
    ShortenForm,
)
from volunteers.forms.volunteers import VolunteerCreateForm, VolunteerForm
from volunteers.forms.weeks import WeekForm

__all__ = [
    "AgreementFilterForm",
    "AgreementForm",
    "AssignmentForm",
    "AttestationForm",
    "CompanyForm",
    "ConsentForm",
    "CorrectionForm",
    "CostForm",
    "DeclareForm",
    "DisagreementForm",
    "EndForm",
    "HorizonForm",
    "IdentityForm",
    "LastDayForm",
    "LaterDayForm",
    "MonthFilterForm",
    "NeedForm",
    "OwnKnowledgeForm",
    "PartForm",
    "ReductionForm",
    "RelayDemandForm",
    "RelayNoteForm",
    "ReplaceForm",
    "RevokeForm",
    "ShortenForm",
    "SignForm",
    "StatementForm",
    "TakeBackForm",
    "VolunteerCreateForm",
    "VolunteerForm",
    "WeekForm",
    "YearForm",
]
