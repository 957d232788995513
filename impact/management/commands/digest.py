from django.core.management.base import BaseCommand
from django.utils import timezone

from impact.digest import send_digests


class Command(BaseCommand):
    help = "Once a day, in the morning: mail each person what waits for them, as often as they chose; nothing, no mail."

    def handle(self, *args, **options):
        sent = send_digests(at=timezone.now())
        self.stdout.write(f"{sent.mails} mails, {sent.without} people with nothing to do.")
