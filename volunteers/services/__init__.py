from volunteers.services.assignments import assign, change_assignment, confirm_assignment
from volunteers.services.weeks import log_work, monday_of

__all__ = ["assign", "change_assignment", "confirm_assignment", "log_work", "monday_of"]
