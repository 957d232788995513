from volunteers.forms.assignments import AssignmentForm
from volunteers.forms.capacity import HorizonForm
from volunteers.forms.months import CorrectionForm, DisagreementForm, MonthFilterForm
from volunteers.forms.needs import NeedForm
from volunteers.forms.volunteers import VolunteerCreateForm, VolunteerForm
from volunteers.forms.weeks import WeekForm

__all__ = [
    "AssignmentForm",
    "CorrectionForm",
    "DisagreementForm",
    "HorizonForm",
    "MonthFilterForm",
    "NeedForm",
    "VolunteerCreateForm",
    "VolunteerForm",
    "WeekForm",
]
