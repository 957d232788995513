from volunteers.views.assignments import (
    assignment_change,
    assignment_confirm,
    assignment_create,
    engagement_team,
)
from volunteers.views.capacity import capacity_map
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
from volunteers.views.needs import (
    engagement_needs,
    need_allocation,
    need_change,
    need_close,
    need_create,
    need_detail,
    need_list,
    need_reopen,
)
from volunteers.views.panels import needs_me, search_results
from volunteers.views.people import people_list, volunteer_change, volunteer_create, volunteer_detail
from volunteers.views.weeks import log_work, week

__all__ = [
    "assignment_change",
    "assignment_confirm",
    "assignment_create",
    "capacity_map",
    "disagreement_settle",
    "engagement_needs",
    "engagement_team",
    "log_work",
    "month_confirm",
    "month_correct",
    "month_disagree",
    "month_list",
    "month_pdf",
    "month_sheet",
    "month_xlsx",
    "need_allocation",
    "need_change",
    "need_close",
    "need_create",
    "need_detail",
    "need_list",
    "need_reopen",
    "needs_me",
    "people_list",
    "search_results",
    "volunteer_change",
    "volunteer_create",
    "volunteer_detail",
    "week",
]
