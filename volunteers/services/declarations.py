from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.domain.refusals import Refused
from crm.files.checksums import checksum_of
from crm.models import Organisation
from volunteers.exports.statements import paper_of
from volunteers.models import DeclaredStatement
from volunteers.selectors.statements import statement_of


@transaction.atomic
def declare_statement(sponsor, host, window, *, seen, by, today, reason=""):
    """Freeze a financial year as it stands, from its first day to its last.

    `seen` is the seal of what the person had read: other figures are refused.
    """
    Organisation.objects.select_for_update().get(
        pk=sponsor.pk
    )  # a second click meets the first one's declaration
    found = statement_of(sponsor, host, window, user=by, today=today)
    if not any(line.counted for line in found.lines):
        raise Refused(
            _("No month of this year is confirmed by both sides: there is nothing to declare.")
        )
    if found.unknown:
        raise Refused(found.unknown)
    sentence = _("The figures changed while you were reading: look at them again, then declare.")
    write.refuse_other_seal(seal_of(found), seen, sentence)
    _refuse_declared_elsewhere(sponsor, host, window)
    before = DeclaredStatement.objects.of(sponsor, host, window).first()
    if before and not differs(found, before):
        raise Refused(_("Nothing has changed since the statement was declared."))
    if before and not reason.strip():
        raise Refused({"reason": _("Say why the declared statement is corrected.")})
    paper = paper_of(found, get_language(), today)
    declared = DeclaredStatement(
        sponsor=sponsor,
        host=host,
        year=found.year,
        starts_on=found.first,
        ends_on=found.last,
        number=before.number + 1 if before else 1,
        half_days=found.valued,
        total=found.total,
        paper=paper,
        checksum=checksum_of(paper),
        reason=reason.strip() if before else "",
        declared_on=today,
        declared_by=by,
    )
    return write.save(declared, by=by, why=because("Declared"))


def _refuse_declared_elsewhere(sponsor, host, window):
    """A day is declared in one financial year."""
    other = (
        DeclaredStatement.objects.filter(sponsor=sponsor, host=host)
        .meeting(window)
        .order_by("starts_on")
        .first()
    )
    if other:
        words = {"first": day_text(other.starts_on), "last": day_text(other.ends_on)}
        sentence = _(
            "Some of these days are declared already, in the statement from %(first)s to %(last)s."
        )
        raise Refused(sentence % words)


def differs(statement, declared):
    """The days or the amounts of today are not those that were declared."""
    return (statement.valued, statement.total) != (declared.half_days, declared.total)


def seal_of(statement):
    """What a page gives back to say which figures its reader had seen."""
    lines = [
        [line.volunteer.pk, line.half_days, line.valued, _amount(line), len(line.counted)]
        for line in statement.lines
    ]
    return checksum_of({"lines": lines, "from": str(statement.first), "until": str(statement.last)})


def _amount(line):
    return str(line.estimation.base) if line.estimation else None
