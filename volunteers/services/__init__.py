from volunteers.services.assignments import assign, change_assignment, confirm_assignment
from volunteers.services.months import confirm_month, correct_day, disagree, settle
from volunteers.services.volunteers import add_volunteer, change_volunteer
from volunteers.services.weeks import log_work, monday_of

__all__ = [
    "add_volunteer",
    "assign",
    "change_assignment",
    "change_volunteer",
    "confirm_assignment",
    "confirm_month",
    "correct_day",
    "disagree",
    "log_work",
    "monday_of",
    "settle",
]
