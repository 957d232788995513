from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm.services.digest import send_digests
from volunteers.services.week_links import send_week_links


class Command(BaseCommand):
    help = (
        "Once a day, in the morning: mail each person what waits for them, as often as they chose; nothing, no mail. "
        "On the week's last working day, mail the link of the week to those who have not logged it."
    )

    def handle(self, *args, **options):
        at = timezone.now()
        sent = send_digests(at=at)
        links = send_week_links(at=at)
        self.stdout.write(
            f"{sent.mails} mails, {sent.without} people with nothing to do, {links.mails} weekly links."
        )
        if failed := sent.failed + links.failed:
            raise CommandError(
                f"{failed} mails were not sent; the log says why. Run this again to try them again."
            )
