from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.files.pdf import PDF, pdf
from crm.files.spreadsheets import XLSX, download, workbook
from volunteers import permissions
from volunteers.exports.statements import eligibility, notice, paper_of, sheets_of, to_declare
from volunteers.forms.costs import StatementForm, address_of
from volunteers.models import DeclaredStatement
from volunteers.selectors.statements import fields_of, pairs_of, statement_of
from volunteers.services.declarations import differs

PAPER = Path(__file__).parent.parent / "documents" / "statement.typ"


def _form_and_statement(request):
    """(form, Statement or None) of the pair and the year asked for: the reader's first one unless they say."""
    if not permissions.can_value(request.user):
        raise PermissionDenied
    form = StatementForm(request.GET, pairs=pairs_of(request.user))
    scope = form.scope()
    if scope is None:
        return form, None
    return form, statement_of(*scope, user=request.user, today=timezone.localdate())


def _statement_or_404(request):
    _form, yearly = _form_and_statement(request)
    if yearly is None:
        raise Http404(_("Nobody is lent yet."))
    return yearly


@require_safe
def statement(request):
    form, yearly = _form_and_statement(request)
    context = {"form": form, "statement": yearly, "notice": notice(), "declared": None}
    if yearly:
        context |= {
            "fields": fields_of(yearly),
            "eligibility": eligibility(yearly),
            "waiting": [line for line in yearly.lines if line.waiting],
            "uncovered": [line for line in yearly.lines if line.uncovered],
            "outside": [line for line in yearly.lines if line.outside],
            "unagreed": [line for line in yearly.lines if not line.has_agreement],
            "to_declare": to_declare(yearly),
            "declared": _declared(yearly),
            "query": address_of(yearly),
            "can_change_company": permissions.can_change_company(request.user, yearly.sponsor),
        }
    return TemplateResponse(
        request, "volunteers/statement.html", context, status=422 if form.errors else 200
    )


def _declared(yearly):
    """{"standing": DeclaredStatement, "differs": what stands today is something else}, or None."""
    standing = DeclaredStatement.objects.of(
        yearly.sponsor, yearly.host, (yearly.first, yearly.last)
    ).first()
    return standing and {"standing": standing, "differs": differs(yearly, standing)}


@require_safe
def statement_pdf(request):
    yearly = _statement_or_404(request)
    paper = paper_of(yearly, get_language(), timezone.localdate())
    return download(pdf(PAPER, paper), PDF, "pdf", name=f"relais-{yearly.year}")


@require_safe
def statement_xlsx(request):
    yearly = _statement_or_404(request)
    return download(workbook(sheets_of(yearly)), XLSX, "xlsx", name=f"relais-{yearly.year}")
