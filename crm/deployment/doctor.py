"""What is well, what wants a look and what is wrong with this Relais, in words, by subject.

Whatever the checks of Django and ours say is put under the subject that its id belongs to; a subject of which nothing
is said is well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.core import checks
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.deployment.examinations import examine_database, examine_machine


class State(Enum):
    WELL = _("ok")
    LOOK = _("look at")
    WRONG = _("wrong")


@dataclass(frozen=True)
class Finding:
    """`mend` is what to do about it, "" where nothing is to be done."""

    subject: str | Promise
    state: State
    what: str | Promise
    mend: str | Promise = ""


@dataclass(frozen=True)
class Subject:
    name: str | Promise
    well: str | Promise
    ids: frozenset[str]


def _subject(name: Promise, well: Promise, *ids: str) -> Subject:
    return Subject(name, well, frozenset(f"relais.{number}" for number in ids))


SUBJECTS = [
    _subject(_("Settings"), _("They are those of a server, and each is read."), "W001", "W002"),
    _subject(_("Address"), _("Links lead here, and proxies are counted."), "E001", "E003"),
    _subject(_("E-mails"), _("They have a server and a sender."), "E002", "E004", "W003", "W006"),
    _subject(_("Disk"), _("There is room, and Relais may write."), "E006", "E007", "W004"),
    _subject(_("Files"), _("They are kept, and for us alone."), "E018", "E019"),
    _subject(_("Styles and icons"), _("They are collected, or served as they are."), "E008"),
    _subject(_("Backups"), _("The last one is less than two days old."), "E014", "W008"),
    _subject(_("Papers"), _("They are made as PDF."), "W007"),
    _subject(_("Log-in by a provider"), _("It answers, or none is set."), "E020", "W011"),
    _subject(_("Shared cache"), _("It answers, or none is set."), "W010"),
    _subject(
        _("Database"), _("It answers, and has the tables of this version."), "E009", "E010", "W005"
    ),
    _subject(_("First steps"), _("Somebody administers Relais."), "E005", "E011", "E012"),
    _subject(_("Background work"), _("It is done, and mails leave."), "E016", "E017", "W009"),
    _subject(_("Each day"), _("Nothing shows that the daily upkeep is late."), "E013"),
]
REST = _subject(_("Other checks"), _("They have nothing to say."))
IN_THE_DATABASE = {"E005", "E011", "E012", "E013", "E016", "E017", "W009"}


def examine() -> list[Finding]:
    """A finding or more for each subject, in their order; none for what a database out of order keeps from sight."""
    of_database = examine_database()
    is_out_of_order = any(message.id in {"relais.E009", "relais.E010"} for message in of_database)
    messages = [*_checks(), *examine_machine(), *of_database]
    hidden = {f"relais.{number}" for number in IN_THE_DATABASE} if is_out_of_order else set()
    findings = []
    for subject in SUBJECTS:
        said = [message for message in messages if message.id in subject.ids]
        if said or not subject.ids <= hidden:
            findings += _findings(subject, said)
    known = frozenset[str]().union(*(subject.ids for subject in SUBJECTS))
    return findings + _findings(REST, [message for message in messages if message.id not in known])


def _checks() -> Iterable[checks.CheckMessage]:
    """Those of Django and of the packages, and in production what they ask of a deployment."""
    found = checks.run_checks(include_deployment_checks=settings.PRODUCTION)
    return [message for message in found if not message.is_silenced()]


def _findings(subject: Subject, said: list[checks.CheckMessage]) -> list[Finding]:
    if not said:
        return [Finding(subject.name, State.WELL, subject.well)]
    return [
        Finding(subject.name, _state_of(message), message.msg, message.hint or "")
        for message in said
    ]


def _state_of(message: checks.CheckMessage) -> State:
    return State.WRONG if message.is_serious() else State.LOOK
