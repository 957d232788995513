from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm import audit
from crm.checksums import checksum_of
from crm.models import Organisation
from crm.refusals import Refused
from volunteers import statement_paper, statements
from volunteers.models import DeclaredStatement


@transaction.atomic
def declare_statement(sponsor, host, year, *, seen, by, today, reason=""):
    """Freeze the year as it stands. `seen` is the seal of what the person had read: other figures are refused."""
    Organisation.objects.select_for_update().get(pk=sponsor.pk)  # a second click meets the first one's declaration
    found = statements.statement_of(sponsor, host, year, user=by, today=today)
    if not any(line.counted for line in found.lines):
        raise Refused(_("No month of this year is confirmed by both sides: there is nothing to declare."))
    if found.unknown:
        raise Refused(found.unknown)
    if seal_of(found) != seen:
        raise Refused(_("The figures changed while you were reading: look at them again, then declare."))
    before = DeclaredStatement.objects.of(sponsor, host, year).first()
    if before and not differs(found, before):
        raise Refused(_("Nothing has changed since the statement was declared."))
    if before and not reason.strip():
        raise Refused({"reason": _("Say why the declared statement is corrected.")})
    paper = statement_paper.paper_of(found, get_language(), today)
    declared = DeclaredStatement(
        sponsor=sponsor,
        host=host,
        year=year,
        number=before.number + 1 if before else 1,
        half_days=found.half_days,
        total=found.total,
        paper=paper,
        checksum=checksum_of(paper),
        reason=reason.strip() if before else "",
        declared_on=today,
        declared_by=by,
    )
    return audit.save(declared, by=by, why=_("Declared"))


def differs(statement, declared):
    """The days or the amounts of today are not those that were declared."""
    return (statement.half_days, statement.total) != (declared.half_days, declared.total)


def seal_of(statement):
    """What a page gives back to say which figures its reader had seen."""
    lines = [[line.volunteer.pk, line.half_days, _amount(line), len(line.counted)] for line in statement.lines]
    return checksum_of({"lines": lines, "year": statement.year})


def _amount(line):
    return str(line.estimation.base) if line.estimation else None
