from datetime import date

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.domain.refusals import Refused
from crm.files.checksums import checksum_of
from crm.models import Organisation, User
from volunteers.exports.statements import paper_of
from volunteers.models import DeclaredStatement
from volunteers.selectors.statements import (
    Statement,
    StatementLine,
    StatementScope,
    statement_of,
)


@transaction.atomic
def declare_statement(
    scope: StatementScope, *, seen: str, by: User, today: date, reason: str = ""
) -> DeclaredStatement:
    """Freeze the statement of a financial year as it stands.

    `seen` is the seal of what `by` had read: another statement is refused. A correction needs its `reason`.
    """
    # A second click waits here, and meets the first one's declaration.
    Organisation.objects.select_for_update().get(pk=scope.sponsor.pk)
    statement = statement_of(*scope, user=by, today=today)
    if not any(line.counted for line in statement.lines):
        raise Refused(
            _("No month of this year is confirmed by both sides: there is nothing to declare.")
        )
    if statement.unknown:
        raise Refused(statement.unknown)
    sentence = _("The figures changed while you were reading: look at them again, then declare.")
    write.refuse_other_seal(seal_of(statement), seen, sentence)
    _refuse_declared_elsewhere(scope)
    before = DeclaredStatement.objects.of(*scope).first()
    if before and not differs(statement, before):
        raise Refused(_("Nothing has changed since the statement was declared."))
    if before and not reason.strip():
        raise Refused({"reason": _("Say why the declared statement is corrected.")})
    paper = paper_of(statement, get_language(), today)
    declared = DeclaredStatement(
        sponsor=scope.sponsor,
        host=scope.host,
        year=statement.year,
        starts_on=statement.first,
        ends_on=statement.last,
        number=before.number + 1 if before else 1,
        half_days=statement.valued,
        total=statement.total,
        paper=paper,
        checksum=checksum_of(paper),
        reason=reason.strip() if before else "",
        declared_on=today,
        declared_by=by,
    )
    return write.save(declared, by=by, why=because("Declared"))


def _refuse_declared_elsewhere(scope: StatementScope) -> None:
    """A day is declared in one financial year."""
    other = (
        DeclaredStatement.objects.filter(sponsor=scope.sponsor, host=scope.host)
        .meeting(scope.window)
        .order_by("starts_on")
        .first()
    )
    if other:
        words = {"first": day_text(other.starts_on), "last": day_text(other.ends_on)}
        sentence = _(
            "Some of these days are declared already, in the statement from %(first)s to %(last)s."
        )
        raise Refused(sentence % words)


def differs(statement: Statement, declared: DeclaredStatement) -> bool:
    """Whether the days or the amounts of today are not those that were declared."""
    return (statement.valued, statement.total) != (declared.half_days, declared.total)


def seal_of(statement: Statement) -> str:
    """What a page gives back to say which days and amounts its reader had seen."""
    lines = [
        [line.volunteer.pk, line.half_days, line.valued, _amount(line), len(line.counted)]
        for line in statement.lines
    ]
    return checksum_of({"lines": lines, "from": str(statement.first), "until": str(statement.last)})


def _amount(line: StatementLine) -> str | None:
    return str(line.estimation.base) if line.estimation else None
