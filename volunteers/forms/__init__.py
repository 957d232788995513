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
from volunteers.forms.months import CorrectionForm, DisagreementForm, MonthFilterForm
from volunteers.forms.needs import NeedForm
from volunteers.forms.volunteers import VolunteerCreateForm, VolunteerForm
from volunteers.forms.weeks import WeekForm

__all__ = [
    "AgreementFilterForm",
    "AgreementForm",
    "AssignmentForm",
    "ConsentForm",
    "CorrectionForm",
    "DisagreementForm",
    "EndForm",
    "HorizonForm",
    "MonthFilterForm",
    "NeedForm",
    "SignForm",
    "TakeBackForm",
    "VolunteerCreateForm",
    "VolunteerForm",
    "WeekForm",
]
