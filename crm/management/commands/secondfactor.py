from django.core.management.base import BaseCommand, CommandError

from crm.domain.refusals import Refused
from crm.models import User
from crm.services import second_factor


class Command(BaseCommand):
    help = "Take the second factor of somebody away who has lost it, where no administrator can."

    def add_arguments(self, parser):
        parser.add_argument("email", help="the address that the person logs in with")
        parser.add_argument("--why", required=True, help="stands in the history")

    def handle(self, *args, email, why, **options):
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError("Nobody logs in with this address.")
        try:
            second_factor.take_away(user, by=None, why=why)
        except Refused as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        self.stdout.write("Taken away: the person logs in without it, and sets up a new one.")
