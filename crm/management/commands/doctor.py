from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import ngettext

from crm.deployment.doctor import State, examine
from crm.deployment.trials import try_address, try_mail

BESIDE = "  "


class Command(BaseCommand):
    help = (
        "Say what is well, what wants a look and what is wrong with this Relais, and how to mend it: settings, disk, "
        "collected files, database, first administrator, daily upkeep. Ends in error where something is wrong."
    )
    requires_system_checks = []  # they are part of what is said

    def add_arguments(self, parser):
        parser.add_argument(
            "--quiet", action="store_true", help="say what is wrong alone (for cron)"
        )
        parser.add_argument(
            "--live", action="store_true", help="open RELAIS_URL too, as a browser does"
        )
        parser.add_argument(
            "--mail", metavar="ADDRESS", help="send one mail there, and say what the server answers"
        )
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
        )

    def handle(self, *args, **options):
        with translation.override(options["language"]):
            findings = self._findings(options["live"], options["mail"])
            wrong = [finding for finding in findings if finding.state is State.WRONG]
            self._say(wrong if options["quiet"] else findings)
            if wrong:
                raise CommandError(
                    ngettext("%(many)s thing is wrong.", "%(many)s things are wrong.", len(wrong))
                    % {"many": len(wrong)}
                )

    def _findings(self, live, mail):
        findings = examine()
        if live:
            findings.append(try_address())
        if mail:
            try:
                validate_email(mail)
            except ValidationError as refused:
                raise CommandError(f"--mail {refused.messages[0]}") from refused
            findings.append(try_mail(mail))
        return findings

    def _say(self, findings):
        states = max((len(str(state.value)) for state in State), default=0)
        subjects = max((len(str(finding.subject)) for finding in findings), default=0)
        for finding in findings:
            self.stdout.write(
                BESIDE.join(
                    [
                        f"{finding.state.value!s:{states}}",
                        f"{finding.subject!s:{subjects}}",
                        str(finding.what),
                    ]
                )
            )
            if finding.mend:
                beside = " " * (states + subjects + 2 * len(BESIDE))
                self.stdout.write(f"{beside}{finding.mend}")
