from volunteers.views.assignments import (
    assignment_change,
    assignment_confirm,
    assignment_create,
    engagement_team,
)
from volunteers.views.capacity import capacity_map, capacity_xlsx
from volunteers.views.months import (
    disagreement_settle,
    month_confirm,
    month_correct,
    month_disagree,
    month_list,
    month_pdf,
    month_sheet,
    month_xlsx,
)
from volunteers.views.panels import needs_me, search_results
from volunteers.views.people import people_list, volunteer_change, volunteer_create, volunteer_detail
from volunteers.views.relay import (
    knowledge_own,
    part_change,
    part_create,
    part_remove,
    relay_demand,
    relay_note,
    relay_plan,
)
from volunteers.views.terms import assignment_extend, assignment_replace, assignment_shorten
from volunteers.views.weeks import log_work, week

__all__ = [
    "assignment_change",
    "assignment_confirm",
    "assignment_create",
    "assignment_extend",
    "assignment_replace",
    "assignment_shorten",
    "capacity_map",
    "capacity_xlsx",
    "disagreement_settle",
    "engagement_team",
    "knowledge_own",
    "log_work",
    "month_confirm",
    "month_correct",
    "month_disagree",
    "month_list",
    "month_pdf",
    "month_sheet",
    "month_xlsx",
    "needs_me",
    "part_change",
    "part_create",
    "part_remove",
    "people_list",
    "relay_demand",
    "relay_note",
    "relay_plan",
    "search_results",
    "volunteer_change",
    "volunteer_create",
    "volunteer_detail",
    "week",
]
