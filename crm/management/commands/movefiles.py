from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from crm.files.places import Folder, place_in_use
from crm.services.file_moves import Outcome, copy_files, drop_copied

DIRECTIONS = ("bucket", "folder")
FAILED = (Outcome.LOST, Outcome.REFUSED)


class Command(BaseCommand):
    help = (
        "Copy all files from the folder RELAIS_FILES to the bucket RELAIS_S3_BUCKET, or back. Each is read whole "
        "before and after. Stopped, it goes on where it was when it is run again; what is there already stays. "
        "Pages may be served meanwhile: they use the place that they were started with."
    )

    def add_arguments(self, parser):
        parser.add_argument("--to", choices=DIRECTIONS, required=True)
        parser.add_argument("--dry-run", action="store_true", help="say what would be copied")
        parser.add_argument(
            "--remove",
            action="store_true",
            help="once all are in the bucket, delete them in the folder; every process uses the bucket by then",
        )

    def handle(self, *args, to, dry_run, remove, **options):
        folder, bucket = Folder(), place_in_use()
        if isinstance(bucket, Folder):
            raise CommandError("Which bucket? Set RELAIS_S3_BUCKET and what belongs to it.")
        if remove and (dry_run or to == "folder"):
            raise CommandError("--remove goes with --to bucket alone, and not with --dry-run.")
        source, target = (folder, bucket) if to == "bucket" else (bucket, folder)
        try:
            self.copy(source, target, dry=dry_run)
            if remove:
                removed = sum(1 for _row in drop_copied(source, target))
                self.stdout.write(f"removed from the folder: {removed}")
        except OSError as error:
            raise CommandError(f"It stopped, and goes on when it is run again: {error}") from error

    def copy(self, source, target, *, dry):
        counts = Counter()
        for row, outcome in copy_files(source, target, dry=dry):
            counts[outcome] += 1
            if outcome in FAILED:
                self.stdout.write(f"{row._meta.label} {row.pk}: {row.file.name} is {outcome.value}")
        for outcome in Outcome:
            if counts[outcome]:
                self.stdout.write(f"{outcome.value}: {counts[outcome]}")
        if failed := sum(counts[outcome] for outcome in FAILED):
            raise CommandError(f"{failed} files were not copied; the others are there.")
        if not counts:
            self.stdout.write("There are no files.")
