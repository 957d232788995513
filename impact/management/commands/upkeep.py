from django.core.management.base import BaseCommand
from django.utils import timezone

from crm.services import tries, upkeep
from crm.services.keys import forget_dead_keys
from crm.web.sessions import SessionStore
from engagements.services import survival
from volunteers.services import companies


class Command(BaseCommand):
    help = (
        "Once a day: remind members of answers that are due, hand late requests to the desk, forget what is old, "
        "ask organisations that stand alone whether it is still alive, carry out changes of company whose day has come."
    )

    def handle(self, *args, **options):
        at = timezone.now()
        reminded, escalated = upkeep.run_clocks(at=at)
        forgotten = upkeep.forget(at=at)
        asked = survival.run_checks(at=at)
        moved, _refused = companies.carry_out_companies(today=timezone.localdate(at))
        tries.forget_old_tries(at=at)
        upkeep.forget_sent_forms(at=at)
        forget_dead_keys(at)
        SessionStore.clear_expired()
        self.stdout.write(
            f"{reminded} reminded, {escalated} handed to the desk, {forgotten} forgotten, {asked} asked if still "
            f"alive, {moved} of another company."
        )
