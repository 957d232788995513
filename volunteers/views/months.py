from datetime import date
from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history
from crm.domain.formatting import colon, month_text
from crm.files.pdf import PDF, pdf
from crm.files.spreadsheets import XLSX, download, workbook
from crm.forms.fields import SeenForm
from crm.selectors.paging import in_order, page_by_key
from crm.views.access import FormPage, answer_form, form_page
from crm.web.refusals import refusals_shown
from volunteers import permissions
from volunteers.exports import month_lists
from volunteers.forms.months import CorrectionForm, DisagreementForm, MonthFilterForm
from volunteers.models import DayDisagreement, MonthSheet
from volunteers.selectors import month_sheets
from volunteers.services import months

NOMINATIVE_LIST = Path(__file__).parent.parent / "documents" / "nominative_list.typ"
MAX_WAITING = 20


def get_sheet(request, pk):
    return get_object_or_404(MonthSheet.objects.visible_to(request.user).for_list(), pk=pk)


def _form_and_month(request):
    """(form, month): last month unless another is asked for, because that is the one to sign."""
    if not permissions.can_read_months(request.user):
        raise PermissionDenied
    form = MonthFilterForm(request.GET)
    form.is_valid()
    return form, form.cleaned_data.get("month") or month_sheets.month_before(
        month_sheets.first_of(timezone.localdate())
    )


@require_safe
def month_list(request):
    form, month = _form_and_month(request)
    visible = MonthSheet.objects.visible_to(request.user)
    sheets = visible.filter(month=month)
    if form.cleaned_data.get("state"):
        sheets = sheets.filter(state=form.cleaned_data["state"])
    page = page_by_key(
        sheets, order=("assignment__volunteer__user__sort_name", "pk"), params=request.GET
    )
    rows = in_order(page.keys, MonthSheet.objects.for_list())
    waiting = list(
        visible.awaiting(request.user, timezone.localdate()).for_list().reverse()[:MAX_WAITING]
    )
    totals = month_sheets.half_days_of([*rows, *waiting])
    context = {
        "form": form,
        "month": month,
        "before": month_sheets.month_before(month),
        "after": month_sheets.month_after(month),
        "is_last": month_sheets.month_after(month) > timezone.localdate(),
        "page": page,
        "rows": [(sheet, totals[sheet.pk]) for sheet in rows],
        "waiting": [(sheet, totals[sheet.pk]) for sheet in waiting],
    }
    return TemplateResponse(request, "volunteers/month_list.html", context)


@require_safe
def month_xlsx(request):
    _form, month = _form_and_month(request)
    listed = month_sheets.nominative_list(MonthSheet.objects.visible_to(request.user), month)
    return download(
        workbook(month_lists.sheets_of(listed)), XLSX, "xlsx", name=f"relais-{month:%Y-%m}"
    )


@require_safe
def month_pdf(request):
    _form, month = _form_and_month(request)
    listed = month_sheets.nominative_list(MonthSheet.objects.visible_to(request.user), month)
    data = month_lists.nominative_document(listed, month, get_language(), timezone.localdate())
    return download(pdf(NOMINATIVE_LIST, data), PDF, "pdf", name=f"relais-{month:%Y-%m}")


@require_safe
def month_sheet(request, pk):
    sheet = get_sheet(request, pk)
    rows = month_sheets.days_of(sheet)
    side, voice = (
        permissions.side_of(request.user, sheet),
        permissions.voice_of(request.user, sheet),
    )
    context = {
        "sheet": sheet,
        "rows": rows,
        "half_days": sum(row.half_days for row in rows),
        "open": [each for row in rows for each in row.disagreements if each.settled_at is None],
        "is_signer": side is not None and side == sheet.next_signer,
        "is_over": timezone.localdate() > min(sheet.last_day, sheet.assignment.ends_on),
        "side": side,
        "can_correct": sheet.is_locked
        and permissions.can_change_assignment(request.user, sheet.assignment),
        "asks_for_correction": sheet.is_locked and voice is not None,
        "voice": voice,
        "can_settle": permissions.can_change_assignment(request.user, sheet.assignment),
        "is_own": sheet.assignment.volunteer.user_id == request.user.pk,
        "today": timezone.localdate(),
        "can_log": permissions.can_log_week(request.user, sheet.assignment),
        "entries": history.entries(sheet),
    }
    return TemplateResponse(request, "volunteers/month_sheet.html", context)


@require_POST
def month_confirm(request, pk):
    sheet, side = _sheet_and_side(request, pk)
    with refusals_shown(request):
        seen = SeenForm(request.POST).version
        sheet = months.confirm_month(sheet, side, by=request.user, at=timezone.now(), seen=seen)
        done = (
            _("Both sides have confirmed: the month is locked.")
            if sheet.is_locked
            else _("Confirmed.")
        )
        messages.success(request, done)
    return redirect("volunteers:month-sheet", pk)


@form_page
def month_disagree(request, pk):
    """Of a month that both sides have signed, this asks for a correction."""
    sheet = get_sheet(request, pk)
    side = permissions.voice_of(request.user, sheet)
    if side is None:
        raise PermissionDenied
    form = DisagreementForm(request.POST or None, initial={"day": _day_in_address(request)})

    def act():
        months.disagree(sheet, side, **form.cleaned_data, by=request.user, at=timezone.now())

    heading, verb = _("I see a day otherwise"), _("Say so")
    done = _("Said: the volunteer sees it on the month.")
    if sheet.is_locked:
        heading, verb = _("Ask for a correction"), _("Ask for it")
        done = _("Asked: your coordinator finds it among what waits for them.")
    return answer_form(request, form, act, _form_page_of(sheet, heading, verb, done))


@form_page
def month_correct(request, pk):
    sheet = get_sheet(request, pk)
    if not permissions.can_change_assignment(request.user, sheet.assignment):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None, initial={"day": _day_in_address(request)})

    def act():
        months.correct_day(sheet, **form.cleaned_data, by=request.user, at=timezone.now())

    heading, verb, done = _("Correct a day that is signed"), _("Correct the day"), _("Corrected.")
    return answer_form(request, form, act, _form_page_of(sheet, heading, verb, done))


@require_POST
def disagreement_settle(request, pk):
    visible = DayDisagreement.objects.visible_to(request.user).select_related(
        "sheet__assignment__engagement", "sheet__assignment__volunteer"
    )
    disagreement = get_object_or_404(visible, pk=pk)
    if not permissions.can_settle(request.user, disagreement):
        raise PermissionDenied
    with refusals_shown(request):
        months.settle(disagreement, by=request.user, at=timezone.now())
        messages.success(request, _("Settled: the day stands as it is logged."))
    return redirect("volunteers:month-sheet", disagreement.sheet_id)


def _sheet_and_side(request, pk):
    sheet = get_sheet(request, pk)
    side = permissions.side_of(request.user, sheet)
    if side is None:
        raise PermissionDenied
    return sheet, side


def _day_in_address(request):
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


def _form_page_of(sheet, heading, verb, done):
    """The page of a form about a month; one returns to its sheet."""
    title = f"{heading}{colon()} {sheet.assignment.volunteer}, {month_text(sheet.month)}"
    return FormPage(title, verb, reverse("volunteers:month-sheet", args=[sheet.pk]), done=done)
