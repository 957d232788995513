from volunteers.services.agreements import (
    change_agreement,
    draft_agreement,
    end_agreement,
    record_consent,
    sign_agreement,
    take_signatures_back,
)
from volunteers.services.assignments import assign, change_assignment, confirm_assignment
from volunteers.services.months import confirm_month, correct_day, disagree, settle
from volunteers.services.needs import change_need, close_need, reopen_need, state_need
from volunteers.services.volunteers import add_volunteer, change_volunteer
from volunteers.services.weeks import log_work, monday_of

__all__ = [
    "add_volunteer",
    "assign",
    "change_agreement",
    "change_assignment",
    "change_need",
    "change_volunteer",
    "close_need",
    "confirm_assignment",
    "confirm_month",
    "correct_day",
    "disagree",
    "draft_agreement",
    "end_agreement",
    "log_work",
    "monday_of",
    "record_consent",
    "reopen_need",
    "settle",
    "sign_agreement",
    "state_need",
    "take_signatures_back",
]
