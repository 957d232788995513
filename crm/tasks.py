"""Tasks, in the tasks API that Django adopted: whichever engine TASKS names runs them, each may run twice."""

from django.utils import timezone
from django_tasks import task

from crm.services import schedules


@task()
def run_scheduled(name: str) -> dict[str, int]:
    """Run one job of DAILY_JOBS or MORNING_JOBS."""
    return schedules.run(name, at=timezone.now())
