import sys
from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.domain.formatting import colon
from crm.domain.refusals import Refused, by_field
from crm.services.invitations import refuse_second_beginning
from crm.services.setup import Founder, link_again, set_up

ASKED = {"organisation": "--organisation", "full_name": "--name", "email": "--email"}
OPTIONS = ASKED | {"name": "--organisation", "latin_name": "--latin-name"}


class Command(BaseCommand):
    help = (
        "Prepare an empty Relais: the tables, the reference data, your organisation as a member of the Coalition, and "
        "its first administrator, with a link on which they choose a password. What is not given is asked for."
    )

    def add_arguments(self, parser):
        parser.add_argument("--organisation", help="the organisation that runs this Relais")
        parser.add_argument("--name", dest="full_name", help="the first administrator's full name")
        parser.add_argument(
            "--latin-name", default="", help="the same in Latin letters, if need be"
        )
        parser.add_argument("--email", help="the address that they log in with")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="the language of their mails and of what this command says",
        )
        parser.add_argument(
            "--relink",
            action="store_true",
            help="another link for an administrator (--email) who lost theirs; nothing else is done",
        )

    def handle(self, *args, **options):
        with translation.override(options["language"]):
            try:
                self._handle(options)
            except Refused as refused:
                raise CommandError("\n".join(self._sentences(refused))) from refused

    def _handle(self, options):
        if options["relink"]:
            self._say_link(link_again(options["email"] or self._ask("email")))
            return
        self._prepare()
        refuse_second_beginning()  # before anything is asked
        facts = {name: options[name] or self._ask(name) for name in ASKED}
        path = set_up(
            Founder(**facts, latin_name=options["latin_name"], language=options["language"])
        )
        self.stdout.write(_("Relais is set up for %(organisation)s.") % facts)
        self._say_link(path)

    def _prepare(self):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
            self.stdout.write(_("The tables are made."))
        call_command("loadreference")

    def _ask(self, name):
        if not sys.stdin.isatty():
            raise CommandError(_("%(option)s is missing.") % {"option": ASKED[name]})
        labels = {
            "organisation": _("Your organisation"),
            "full_name": _("Your full name"),
            "email": _("Your e-mail address"),
        }
        while not (answer := input(f"{labels[name]}{colon()} ").strip()):
            pass
        return answer

    def _say_link(self, path):
        days = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days
        sentence = ngettext(
            "Choose your password here, once, within %(days)s day:",
            "Choose your password here, once, within %(days)s days:",
            days,
        )
        self.stdout.write(sentence % {"days": days})
        self.stdout.write(settings.SITE_URL + path)

    def _sentences(self, refused):
        for field, sentences in by_field(refused).items():
            option = OPTIONS.get(field)
            for sentence in sentences:
                yield f"{option} {sentence}" if option else str(sentence)
