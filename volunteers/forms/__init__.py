from volunteers.forms.assignments import AssignmentForm
from volunteers.forms.months import CorrectionForm, DisagreementForm, MonthFilterForm
from volunteers.forms.volunteers import VolunteerCreateForm, VolunteerForm
from volunteers.forms.weeks import WeekForm

__all__ = [
    "AssignmentForm",
    "CorrectionForm",
    "DisagreementForm",
    "MonthFilterForm",
    "VolunteerCreateForm",
    "VolunteerForm",
    "WeekForm",
]
