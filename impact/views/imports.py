from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crm.domain.refusals import Refused
from crm.files.spreadsheets import XLSX, download, workbook
from crm.files.uploaded_tables import MAX_ROWS, Sheet, read_file
from crm.forms.refusals import add_refusal, refusals_in
from crm.views.access import form_page
from impact import permissions
from impact.forms.imports import ImportForm
from impact.services import imports
from impact.table_import.columns import COLUMNS, heading_of, known_headings
from impact.views.access import get_reported

MAX_ROWS_SHOWN = 200


def _get_recorded(request, pk):
    engagement = get_reported(request, pk)
    if not permissions.can_record(request.user, engagement):
        raise PermissionDenied
    return engagement


@form_page
def measurement_import(request, pk):
    """Paste a table or choose a file, look at what it says, then write it down: nothing is written before."""
    engagement = _get_recorded(request, pk)
    form = ImportForm(request.POST or None, request.FILES or None)
    plan, sheet = None, Sheet("")
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        with refusals_in(form):
            if cleaned["file"]:
                sheet = read_file(cleaned["file"], known_headings(), cleaned["sheet"])
                form = ImportForm(
                    {"text": sheet.text, "sheet": sheet.name, "heading": cleaned["heading"]}
                )
                form.is_valid()
            elif "write" in request.POST:
                return _write(request, engagement, cleaned["text"], cleaned["heading"])
        plan = _plan(request, form, engagement, sheet)
    context = {
        "engagement": engagement,
        "form": form,
        "plan": plan,
        "sheet": sheet,
        "shown": list(zip(plan.measurements[:MAX_ROWS_SHOWN], plan.groups, strict=False))
        if plan
        else (),
        "most": MAX_ROWS,
    }
    has_errors = form.errors or (plan and plan.errors)
    return TemplateResponse(
        request, "impact/measurement_import.html", context, status=422 if has_errors else 200
    )


def _plan(request, form, engagement, sheet):
    """What the table says as things are now: what was right a moment ago may have been recorded since."""
    text = form.data.get("text", "")
    if form.errors and not text:
        return None
    options = {"heading": form.cleaned_data.get("heading"), "merged": sheet.merged}
    try:
        return imports.plan_import(
            engagement, text, by=request.user, today=timezone.localdate(), **options
        )
    except Refused as refused:
        add_refusal(form, refused)
        return None


def _write(request, engagement, text, heading):
    options = {"by": request.user, "today": timezone.localdate(), "heading": heading}
    rows = imports.import_measurements(engagement, text, **options)
    message = ngettext(
        "%(number)s draft is written down.", "%(number)s drafts are written down.", len(rows)
    )
    messages.success(request, message % {"number": len(rows)})
    return redirect("impact:engagement-impact", engagement.pk)


@require_safe
def measurement_template(request, pk):
    """A spreadsheet with the headings, and a row for each indicator that the engagement follows."""
    engagement = _get_recorded(request, pk)
    metrics = engagement.metrics.select_related("indicator").order_by("position", "pk")
    rows = [[metric.indicator.name] for metric in metrics]
    content = workbook([(_("Figures"), [str(heading_of(column)) for column in COLUMNS], rows)])
    return download(content, XLSX, "xlsx", name="relais-figures")
