from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from crm.deployment.backups import BackupFailed, moment_of, restore


class Command(BaseCommand):
    help = (
        "Put database and attachments back as a backup has them; whatever was written since is lost. "
        "Stop the web process and the workers first."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("backup", type=Path, help="a folder that `manage.py backup` made")
        parser.add_argument(
            "--yes", action="store_true", help="it is meant: lose what was written since"
        )

    def handle(self, *args, backup, yes, **options):
        try:
            moment = moment_of(backup)
        except ValueError as error:
            raise CommandError(f"{backup} is not the name of a backup.") from error
        if not yes:
            raise CommandError(
                f"What was written since {moment:%Y-%m-%d %H:%M} will be lost: add --yes if that is meant."
            )
        try:
            restore(backup)
        except (BackupFailed, OSError) as error:
            raise CommandError(f"It was not restored: {error}") from error
        self.stdout.write(f"Restored as of {moment:%Y-%m-%d %H:%M}.")
