from volunteers.models.agreements import SponsorshipAgreement
from volunteers.models.assignments import Assignment
from volunteers.models.month_sheets import DayCorrection, DayDisagreement, MonthSheet, Signer
from volunteers.models.needs import StaffingNeed
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
    "SponsorshipAgreement",
    "StaffingNeed",
    "Volunteer",
    "VolunteerSkill",
    "WorkDay",
]
