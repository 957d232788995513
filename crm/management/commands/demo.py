import json
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from crm.models import User

DEMO = "demo"  # the package beside fixtures/: it needs all four apps, and none may import it
OURS = ["impact", "volunteers", "engagements", "crm"]
REFERENCE = {"Sdg", "LegalCategory", "ReferenceFigure", "Skill", "Indicator"}

OF_LIBRARIES = [  # what libraries keep of our people
    "django_admin_log",
    "mfa_authenticator",
    "account_emailconfirmation",
    "account_emailaddress",
]


class Command(BaseCommand):
    help = "Load the demo: public facts, and people, days and money that are plainly fictional."

    def add_arguments(self, parser):
        parser.add_argument("--reset", action="store_true", help="Start it afresh.")
        parser.add_argument("--accounts", action="store_true", help="Print one JSON line per role.")

    def handle(self, *args, **options):
        self._refuse_real_life()
        if options["accounts"]:
            self._print_accounts()
            return
        if User.objects.exists() and not options["reset"]:
            raise CommandError("The demo is loaded already. Start it afresh with: demo --reset")
        with transaction.atomic():
            if options["reset"]:
                self._empty()
            call_command("loadreference")
            import_module(DEMO).build()
        cache.clear()

    def _refuse_real_life(self):
        if settings.PRODUCTION:
            raise CommandError("The demo does not exist in production.")
        if User.objects.exclude(email__endswith=".example").exists():
            raise CommandError(
                "Real people have accounts in this database: the demo keeps out of it."
            )

    def _print_accounts(self):
        demo = import_module(DEMO)
        known = set(User.objects.values_list("email", flat=True).order_by("email"))
        if not known.issuperset(demo.ACCOUNTS.values()):
            raise CommandError("The demo is not loaded. Load it with: demo")
        for role, email in demo.ACCOUNTS.items():
            self.stdout.write(json.dumps({"role": role, "email": email, "password": demo.PASSWORD}))

    def _empty(self):
        """Every row of ours but the reference data, history included; the database looks at keys at the end."""
        models = [
            model
            for app in OURS
            for model in apps.get_app_config(app).get_models(include_auto_created=True)
        ]
        tables = [model._meta.db_table for model in models if model.__name__ not in REFERENCE]
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA defer_foreign_keys = ON")
            for table in [*OF_LIBRARIES, *tables]:
                cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608
