from volunteers.models.assignments import Assignment
from volunteers.models.month_sheets import DayCorrection, DayDisagreement, MonthSheet, Signer
from volunteers.models.volunteers import Skill, Volunteer, VolunteerSkill
from volunteers.models.worked_days import FULL_DAY, WorkDay

__all__ = [
    "FULL_DAY",
    "Assignment",
    "DayCorrection",
    "DayDisagreement",
    "MonthSheet",
    "Signer",
    "Skill",
    "Volunteer",
    "VolunteerSkill",
    "WorkDay",
]
