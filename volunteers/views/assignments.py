from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history
from crm.forms.fields import SeenForm
from crm.views.access import FormPage, answer_form, form_page
from crm.web.refusals import refusals_shown
from engagements.permissions import can_run
from engagements.views.access import get_engagement
from volunteers import permissions
from volunteers.forms.assignments import AssignmentForm
from volunteers.models import Assignment
from volunteers.selectors import teams
from volunteers.services import assignments


def get_assignment(request, pk):
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user).for_list(), pk=pk)
    if not permissions.can_change_assignment(request.user, assignment):
        raise PermissionDenied
    return assignment


@require_safe
def engagement_team(request, pk):
    """The panel of an engagement's page."""
    engagement = get_engagement(request, pk)
    context = {
        "engagement": engagement,
        "team": teams.team_of(engagement, timezone.localdate()),
        "can_run": can_run(request.user, engagement),
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "volunteers/_engagement_team.html", context)


@form_page
def assignment_create(request, pk):
    engagement = get_engagement(request, pk)
    if not can_run(request.user, engagement):
        raise PermissionDenied
    form = AssignmentForm(
        request.POST or None,
        user=request.user,
        engagement=engagement,
        initial=_initial_from_address(request, engagement),
    )

    def assign():
        assignments.assign(
            form.cleaned_data["volunteer"],
            engagement,
            form.terms(),
            by=request.user,
            today=timezone.localdate(),
            past_law=form.cleaned_data["past_law"],
        )

    page = FormPage(
        _("Put somebody on the team"),
        _("Assign"),
        back=engagement.get_absolute_url(),
        done=_("Assigned."),
    )
    return answer_form(request, form, assign, page)


def _initial_from_address(request, engagement):
    """What a proposal put in the address: whom, for which need, how long; the form and the service check it all."""
    initial = {"starts_on": timezone.localdate()}
    need = request.GET.get("need", "")
    if need.isdecimal() and len(need) < 10:
        need_row = engagement.staffing_needs.open().for_list().filter(pk=need).first()
        if need_row:
            initial |= {
                "need": need_row.pk,
                "role": need_row.skill,
                "starts_on": need_row.starts_on,
                "ends_on": need_row.ends_on,
            }
            initial["days_a_week"] = need_row.days_a_week
    typed = {
        name: request.GET[name]
        for name in ("volunteer", "starts_on", "ends_on", "days_a_week")
        if name in request.GET
    }
    return initial | typed


@form_page
def assignment_change(request, pk):
    assignment = get_assignment(request, pk)
    form = AssignmentForm(
        request.POST or None,
        instance=assignment,
        user=request.user,
        engagement=assignment.engagement,
    )

    def change():
        assignments.change_assignment(assignment, **form.cleaned_data, by=request.user)

    page = FormPage(
        str(assignment.volunteer),
        _("Save the changes"),
        back=assignment.engagement.get_absolute_url(),
        done=_("Saved."),
        context={"entries": history.entries(assignment)},
    )
    return answer_form(request, form, change, page)


@require_POST
def assignment_confirm(request, pk):
    assignment = get_assignment(request, pk)
    with refusals_shown(request):
        seen = SeenForm(request.POST).version
        assignments.confirm_assignment(
            assignment, by=request.user, today=timezone.localdate(), seen=seen
        )
        messages.success(request, _("%(name)s is confirmed.") % {"name": assignment.volunteer})
    return redirect(assignment.engagement)
