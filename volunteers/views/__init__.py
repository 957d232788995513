from volunteers.views.assignments import (
    assignment_change,
    assignment_confirm,
    assignment_create,
    engagement_team,
)
from volunteers.views.panels import needs_me, search_results
from volunteers.views.people import people_list, volunteer_change, volunteer_create, volunteer_detail
from volunteers.views.weeks import log_work, week

__all__ = [
    "assignment_change",
    "assignment_confirm",
    "assignment_create",
    "engagement_team",
    "log_work",
    "needs_me",
    "people_list",
    "search_results",
    "volunteer_change",
    "volunteer_create",
    "volunteer_detail",
    "week",
]
