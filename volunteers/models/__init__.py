from volunteers.models.assignments import Assignment
from volunteers.models.volunteers import Skill, Volunteer, VolunteerSkill
from volunteers.models.worked_days import FULL_DAY, WorkDay

__all__ = ["FULL_DAY", "Assignment", "Skill", "Volunteer", "VolunteerSkill", "WorkDay"]
