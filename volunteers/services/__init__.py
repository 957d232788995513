from volunteers.services.assignments import assign, change_assignment, confirm_assignment
from volunteers.services.months import confirm_month, correct_day, disagree, settle
from volunteers.services.needs import change_need, close_need, reopen_need, state_need
from volunteers.services.volunteers import add_volunteer, change_volunteer
from volunteers.services.weeks import log_work, monday_of

__all__ = [
    "add_volunteer",
    "assign",
    "change_assignment",
    "change_need",
    "change_volunteer",
    "close_need",
    "confirm_assignment",
    "confirm_month",
    "correct_day",
    "disagree",
    "log_work",
    "monday_of",
    "reopen_need",
    "settle",
    "state_need",
]
