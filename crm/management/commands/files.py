from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm.services import attachments

A_DAY = timedelta(days=1)


class Command(BaseCommand):
    help = (
        "Compare what is kept on the disk with the rows that name it: rows whose file is missing or damaged, and files "
        "that no row names. Ends in error where a row has lost its file. Nothing is changed unless asked for."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--remove",
            action="store_true",
            help="delete files that no row has named for a day; never one that has a row",
        )

    def handle(self, *args, remove, **options):
        now = timezone.now()
        if remove:
            for name in attachments.drop_files_without_row(before=now - A_DAY):
                self.stdout.write(f"{name}: no row, removed")
        for name in attachments.files_without_row(before=now):
            self.stdout.write(f"{name}: no row")
        broken = attachments.broken_files()
        for row in broken:
            self.stdout.write(
                f"{row._meta.label} {row.pk}: {row.file.name} is missing or not what was kept"
            )
        if broken:
            raise CommandError(
                f"{len(broken)} rows have lost their file: restore it from a backup, or ask for it again."
            )
        self.stdout.write("Every row has its file.")
