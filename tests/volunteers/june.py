"""Days of June 2026, logged in their week."""

from datetime import UTC, date, datetime

from volunteers.models import MonthSheet
from volunteers.services import weeks

JUNE, MONDAY = date(2026, 6, 1), date(2026, 6, 8)
IN_JUNE = datetime(2026, 6, 12, 16, 0, tzinfo=UTC)
IN_JULY = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)


def log(assignment, days, at=IN_JUNE, week=MONDAY, undoes=None):
    by = assignment.volunteer.user
    weeks.log_work(
        assignment,
        weeks.WorkedWeek(week=week, days=days, done="Done.", undoes=undoes or {}),
        by=by,
        at=at,
    )
    return MonthSheet.objects.filter(assignment=assignment, month=week.replace(day=1)).first()
