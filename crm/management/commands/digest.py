from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm.management.jobs import run_jobs


class Command(BaseCommand):
    help = (
        "Once a day, in the morning: mail each person what waits for them, as often as they chose; nothing, no mail. "
        "On the week's last working day, mail the link of the week to those who have not logged it."
    )

    def handle(self, *args, **options):
        counts = run_jobs(settings.MORNING_JOBS, at=timezone.now(), out=self.stdout)
        if failed := counts["failed"]:
            raise CommandError(
                f"{failed} mails were not sent; the log says why. Run this again to try them again."
            )
