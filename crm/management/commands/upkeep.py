from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from crm.management.jobs import run_jobs


class Command(BaseCommand):
    help = (
        "Once a day: remind members of answers that are due, hand late requests to the desk, forget what is old, "
        "ask organisations that stand alone whether it is still alive, carry out changes of company whose day has come."
    )

    def handle(self, *args, **options):
        run_jobs(settings.DAILY_JOBS, at=timezone.now(), out=self.stdout)
