from signal import SIGINT, SIGTERM, signal

from django.core.management.base import BaseCommand

from crm.deployment.worker import Work


class Command(BaseCommand):
    help = (
        "Do the background work: send the mails of the outbox, run the jobs, and each day what comes back each day. "
        "Any number may run, on any number of machines."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--once",
            action="store_true",
            help="Do what is due and end: for cron, every minute or five.",
        )
        parser.add_argument("--for", dest="seconds", type=float, help="End after so many seconds.")

    def handle(self, *args, **options):
        work = Work()
        if options["once"]:
            work.once_through()
            return
        for each in (SIGINT, SIGTERM):
            signal(each, lambda *_: work.stop.set())
        work.run(seconds=options["seconds"])
