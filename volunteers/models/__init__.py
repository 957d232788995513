from volunteers.models.agreements import SponsorshipAgreement
from volunteers.models.assignments import Assignment
from volunteers.models.attestations import Attestation
from volunteers.models.costs import EmployerCost
from volunteers.models.declarations import DeclaredStatement
from volunteers.models.month_sheets import DayCorrection, DayDisagreement, MonthSheet, Signer, Voice
from volunteers.models.needs import StaffingNeed
from volunteers.models.parts import PartKnowledge, SolutionPart
from volunteers.models.relay import RelayDemand, RelayNote
from volunteers.models.volunteers import (
    ComingCompany,
    FormerCompany,
    Skill,
    Volunteer,
    VolunteerSkill,
)
from volunteers.models.week_links import WeekLink
from volunteers.models.worked_days import FULL_DAY, WorkDay

__all__ = [
    "FULL_DAY",
    "Assignment",
    "Attestation",
    "ComingCompany",
    "DayCorrection",
    "DayDisagreement",
    "DeclaredStatement",
    "EmployerCost",
    "FormerCompany",
    "MonthSheet",
    "PartKnowledge",
    "RelayDemand",
    "RelayNote",
    "Signer",
    "Skill",
    "SolutionPart",
    "SponsorshipAgreement",
    "StaffingNeed",
    "Voice",
    "Volunteer",
    "VolunteerSkill",
    "WeekLink",
    "WorkDay",
]
