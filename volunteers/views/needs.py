from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history
from crm.forms.fields import SeenForm
from crm.selectors.paging import in_order, page_by_key
from crm.views.access import FormPage, answer_form, form_page
from crm.web.refusals import refusals_shown
from engagements.permissions import can_run
from engagements.views.access import get_engagement
from volunteers import permissions
from volunteers.domain import allocation
from volunteers.filters import NeedFilter
from volunteers.forms.needs import NeedForm
from volunteers.models import StaffingNeed
from volunteers.selectors import coverage, staffing
from volunteers.services.needs import StatedNeed, change_need, close_need, reopen_need, state_need

MAX_SHOWN = 20


def get_need(request, pk):
    return get_object_or_404(StaffingNeed.objects.visible_to(request.user).for_list(), pk=pk)


def _get_own(request, pk):
    need = get_need(request, pk)
    if not can_run(request.user, need.engagement):
        raise PermissionDenied
    return need


@require_safe
def engagement_needs(request, pk):
    """The panel of an engagement's page."""
    engagement = get_engagement(request, pk)
    needs = list(engagement.staffing_needs.open().for_list()[:MAX_SHOWN])
    covered = coverage.coverage_of(needs, timezone.localdate())
    context = {
        "engagement": engagement,
        "needs": [(need, covered[need.pk]) for need in needs],
        "can_run": can_run(request.user, engagement),
    }
    return TemplateResponse(request, "volunteers/_engagement_needs.html", context)


@require_safe
def need_detail(request, pk):
    """What is covered week by week; for those who staff, who could cover the rest and why."""
    need = get_need(request, pk)
    may_staff = can_run(request.user, need.engagement)
    today = timezone.localdate()
    proposed, without_time = (
        staffing.proposals_for(need, request.user, today) if may_staff else ([], 0)
    )
    context = {
        "need": need,
        "cover": coverage.coverage_of([need], today)[need.pk],
        "made": need.assignments.visible_to(request.user).for_list(),
        "proposed": proposed[:MAX_SHOWN],
        "more": max(0, len(proposed) - MAX_SHOWN),
        "without_time": without_time,
        "may_staff": may_staff,
        "is_looked_for": not need.closed_on and need.engagement.is_active,
        "entries": history.entries(need),
    }
    return TemplateResponse(request, "volunteers/need_detail.html", context)


@form_page
def need_create(request, pk):
    engagement = get_engagement(request, pk)
    if not can_run(request.user, engagement):
        raise PermissionDenied
    form = NeedForm(request.POST or None, initial={"starts_on": timezone.localdate()})

    def act():
        return state_need(engagement, StatedNeed(**form.cleaned_data), by=request.user)

    page = FormPage(
        _("What the team looks for"),
        _("State the need"),
        back=engagement.get_absolute_url(),
        done=_("Saved."),
    )
    return answer_form(request, form, act, page)


@form_page
def need_change(request, pk):
    need = _get_own(request, pk)
    form = NeedForm(request.POST or None, instance=need)

    def act():
        return change_need(need, **form.cleaned_data, by=request.user)

    page = FormPage(
        str(need), _("Save the changes"), back=need.get_absolute_url(), done=_("Saved.")
    )
    return answer_form(request, form, act, page)


@require_POST
def need_close(request, pk):
    need = _get_own(request, pk)
    done = _("Closed: the engagement does without it.")
    seen, today = SeenForm(request.POST).version, timezone.localdate()
    return _answer_button(
        request, need, lambda: close_need(need, by=request.user, today=today, seen=seen), done
    )


@require_POST
def need_reopen(request, pk):
    need = _get_own(request, pk)
    seen = SeenForm(request.POST).version
    return _answer_button(
        request, need, lambda: reopen_need(need, by=request.user, seen=seen), _("Open again.")
    )


@require_safe
def need_list(request):
    """What the person's engagements look for, the soonest first."""
    need_filter = _need_filter(request)
    page = page_by_key(need_filter.qs, order=("starts_on", "pk"), params=request.GET)
    needs = in_order(page.keys, StaffingNeed.objects.for_list())
    covered = coverage.coverage_of(needs, timezone.localdate())
    context = {
        "filter": need_filter,
        "page": page,
        "needs": [(need, covered[need.pk]) for need in needs],
        "can_allocate": allocation.is_available(),
        "asked": request.GET.urlencode(),
    }
    return TemplateResponse(request, "volunteers/need_list.html", context)


@require_safe
def need_allocation(request):
    """The best use of people for these needs at once; nothing is saved, the coordinator chooses."""
    need_filter = _need_filter(request)
    needs = list(need_filter.qs.for_list()[: staffing.MAX_NEEDS + 1])
    lines, is_best = [], True
    if allocation.is_available() and 0 < len(needs) <= staffing.MAX_NEEDS:
        lines, is_best = staffing.allocation_for(needs, request.user, timezone.localdate())
    context = {
        "filter": need_filter,
        "lines": lines,
        "is_best": is_best,
        "is_available": allocation.is_available(),
        "too_many": len(needs) > staffing.MAX_NEEDS,
        "most": staffing.MAX_NEEDS,
    }
    return TemplateResponse(request, "volunteers/need_allocation.html", context)


def _need_filter(request):
    if not permissions.can_staff(request.user):
        raise PermissionDenied
    return NeedFilter(
        request.GET, StaffingNeed.objects.to_staff_by(request.user).open(), request=request
    )


def _answer_button(request, need, act, done):
    with refusals_shown(request):
        act()
        messages.success(request, done)
    return redirect(need)
