"""People counted by two engagements, indicator by indicator: what is declared, and what the total comes to with it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.forms.fields import SeenForm
from crm.selectors.paging import in_order, page_by_key
from crm.views.access import answer_form, form_page
from crm.web.refusals import refusals_shown
from impact import permissions
from impact.forms.overlaps import OverlapChangeForm, OverlapForm
from impact.models import Indicator, Overlap, reported_to
from impact.selectors import totals
from impact.services import overlaps
from impact.views.access import form_page_of

PAGE_SIZE = 25


@require_safe
def overlap_list(request, pk):
    """Those between engagements that the person reads both of, with the total that they narrow."""
    indicator = _get_indicator(pk)
    visible = Overlap.objects.visible_to(request.user).filter(first__indicator=indicator)
    page = page_by_key(visible, order=("pk",), params=request.GET, size=PAGE_SIZE)
    rows = in_order(page.keys, Overlap.objects.for_list())
    mine = set(
        Overlap.objects.run_by(request.user).filter(pk__in=page.keys).values_list("pk", flat=True)
    )
    lines = totals.totals(reported_to(request.user), indicator=indicator)
    context = {
        "indicator": indicator,
        "line": lines[0] if lines else None,
        "page": page,
        "rows": [(row, row.pk in mine, fits) for row, fits in totals.with_their_fit(rows)],
        "can_declare": permissions.can_declare_overlap(request.user, indicator),
    }
    return TemplateResponse(request, "impact/overlap_list.html", context)


@form_page
def overlap_create(request, pk):
    indicator = _get_indicator(pk)
    if not permissions.can_declare_overlap(request.user, indicator):
        raise PermissionDenied
    form = OverlapForm(request.POST or None, user=request.user, indicator=indicator)

    def save():
        overlaps.declare_overlap(**form.cleaned_data, by=request.user, today=timezone.localdate())

    page = form_page_of(
        _("People in common: %(name)s") % {"name": indicator.name},
        verb=_("Declare them"),
        back=_page_of(indicator),
    )
    return answer_form(request, form, save, page)


@form_page
def overlap_change(request, pk):
    overlap = _get(request, pk)
    form = OverlapChangeForm(request.POST or None, instance=overlap)
    heading = _("People in common: %(one)s and %(other)s") % {
        "one": overlap.first.engagement,
        "other": overlap.second.engagement,
    }

    def save():
        overlaps.change_overlap(
            overlap, **form.cleaned_data, by=request.user, today=timezone.localdate()
        )

    page = form_page_of(heading, verb=_("Save"), back=_page_of(overlap.indicator))
    return answer_form(request, form, save, page)


@require_POST
def overlap_delete(request, pk):
    overlap = _get(request, pk)
    with refusals_shown(request):
        overlaps.drop_overlap(overlap, by=request.user, seen=SeenForm(request.POST).version)
        messages.success(request, _("The declaration is taken away."))
    return redirect(_page_of(overlap.indicator))


def _get(request, pk):
    overlap = get_object_or_404(Overlap.objects.visible_to(request.user).for_list(), pk=pk)
    if not permissions.can_change_overlap(request.user, overlap):
        raise PermissionDenied
    return overlap


def _get_indicator(pk):
    """Of unique people: to everybody, as the library is."""
    return get_object_or_404(
        Indicator.objects.filter(aggregation=Indicator.Aggregation.UNIQUE), pk=pk
    )


def _page_of(indicator):
    return reverse("impact:overlap-list", args=[indicator.pk])
