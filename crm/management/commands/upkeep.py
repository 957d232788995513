from django.core.management.base import BaseCommand
from django.utils import timezone

from crm import services


class Command(BaseCommand):
    help = "Once a day: remind members of answers that are due, hand late requests to the desk, forget what is old."

    def handle(self, *args, **options):
        at = timezone.now()
        reminded, escalated = services.run_clocks(at=at)
        forgotten = services.forget(at=at)
        self.stdout.write(f"{reminded} reminded, {escalated} handed to the desk, {forgotten} forgotten.")
