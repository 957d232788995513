from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm.deployment.backups import BackupFailed, back_up


class Command(BaseCommand):
    help = (
        "Copy database and attachments into a new folder under RELAIS_BACKUPS, while pages are served. "
        "The folder has to be carried to another machine by something else."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, help="another folder than RELAIS_BACKUPS")
        parser.add_argument(
            "--keep", type=int, default=14, help="how many backups are kept (default: 14)"
        )

    def handle(self, *args, to, keep, **options):
        folder = to or settings.BACKUPS
        if not folder:
            raise CommandError("Where to? Set RELAIS_BACKUPS, or give --to FOLDER.")
        if keep < 1:
            raise CommandError("--keep 1 or more.")
        try:
            backup = back_up(folder, at=timezone.now(), keep=keep)
        except (BackupFailed, OSError) as error:
            raise CommandError(f"No backup was made: {error}") from error
        self.stdout.write(str(backup))
