from volunteers.services.assignments import assign, change_assignment, confirm_assignment, objections
from volunteers.services.months import confirm_month, correct_day, disagree, settle
from volunteers.services.parts import know, know_parts, remove_part, save_part
from volunteers.services.relay import demand_overlap, extend, first_day_together, replace, shorten, write_note
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
    "demand_overlap",
    "disagree",
    "extend",
    "first_day_together",
    "know",
    "know_parts",
    "log_work",
    "monday_of",
    "objections",
    "remove_part",
    "replace",
    "save_part",
    "settle",
    "shorten",
    "write_note",
]
