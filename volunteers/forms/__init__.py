from volunteers.forms.assignments import AssignmentForm
from volunteers.forms.volunteers import VolunteerCreateForm, VolunteerForm
from volunteers.forms.weeks import WeekForm

__all__ = ["AssignmentForm", "VolunteerCreateForm", "VolunteerForm", "WeekForm"]
