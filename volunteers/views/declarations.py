from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.domain.refusals import Refused
from crm.files.pdf import PDF, pdf
from crm.files.spreadsheets import download
from crm.forms.refusals import refusals_in
from volunteers import permissions
from volunteers.domain.valuation import illustrate
from volunteers.exports.statements import notice
from volunteers.forms.costs import StatementForm, address_of
from volunteers.forms.declarations import DeclareForm, ReductionForm
from volunteers.models import DeclaredStatement
from volunteers.selectors import legal_figures
from volunteers.selectors.statements import pairs_of, statement_of
from volunteers.services import declarations
from volunteers.services.declarations import seal_of

PAPER = Path(__file__).parent.parent / "documents" / "statement.typ"


@require_http_methods(["GET", "HEAD", "POST"])
def statement_declare(request):
    """The figures once more, then they are frozen; a correction says why."""
    if not permissions.can_value(request.user):
        raise PermissionDenied
    scope = StatementForm(request.GET, pairs=pairs_of(request.user)).scope()
    if scope is None:
        raise Http404(_("Nobody is lent yet."))
    today = timezone.localdate()
    statement = statement_of(*scope, user=request.user, today=today)
    before = DeclaredStatement.objects.of(*scope).first()
    form = DeclareForm(
        request.POST or None,
        is_correction=before is not None,
        initial={"seen": seal_of(statement)},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            declared = declarations.declare_statement(
                scope, **form.cleaned_data, by=request.user, today=today
            )
            messages.success(request, _("The statement is declared and frozen."))
            return redirect(declared)
    context = {
        "form": form,
        "statement": statement,
        "before": before,
        "is_running": statement.last >= today,
        "waiting": [line for line in statement.lines if line.waiting],
        "seal": seal_of(statement),
        "back": f"{reverse('volunteers:statement')}?{address_of(statement)}",
    }
    return TemplateResponse(
        request, "volunteers/statement_declare.html", context, status=422 if form.errors else 200
    )


def _get_declared(request, pk):
    return get_object_or_404(DeclaredStatement.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
def declared_statement(request, pk):
    declared = _get_declared(request, pk)
    of_year = list(DeclaredStatement.objects.of(declared.sponsor, declared.host, declared.window))
    context = {
        "declared": declared,
        "paper": declared.paper,
        "of_year": of_year,
        "standing": of_year[0],
    }
    return TemplateResponse(request, "volunteers/declared_statement.html", context)


@require_safe
def declared_statement_pdf(request, pk):
    declared = _get_declared(request, pk)
    name = f"relais-{declared.year}-{declared.number}"
    return download(pdf(PAPER, declared.paper), PDF, "pdf", name=name)


@require_safe
def reduction(request):
    """What the tax rules would give a company of this turnover: an illustration, of which nothing is kept."""
    if not permissions.can_value(request.user):
        raise PermissionDenied
    typed = request.GET if "turnover" in request.GET else None
    initial = {
        "gifts": request.GET.get("gifts"),
        "year": request.GET.get("year") or timezone.localdate().year,
    }
    form = ReductionForm(typed, initial=initial)
    context = {"form": form, "notice": notice()}
    if form.is_valid():
        context |= _illustrated(**form.cleaned_data)
    return TemplateResponse(
        request, "volunteers/reduction.html", context, status=422 if form.errors else 200
    )


def _illustrated(*, gifts, turnover, year):
    try:
        rules = legal_figures.gift_rules_of(year)
    except Refused as refused:
        return {"refusal": " ".join(refused.messages)}
    return {"rules": rules, "found": illustrate(gifts, turnover, rules)}
