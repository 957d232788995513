from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.domain.workdays import monday_of
from crm.forms.refusals import refusals_in
from crm.models import Contact
from crm.views.access import form_page
from crm.web.clock import their_clock, today_of
from engagements import permissions
from engagements.forms.records import EngagementInteractionForm, NewsForm, ResolveForm, SolutionForm
from engagements.models import Blocker, Solution
from engagements.services import parts, progress, records
from engagements.views.access import get_engagement, get_part, show_form


@form_page
def log_create(request, pk):
    """News of this week from those who run the engagement or lead it; lent people have their own page."""
    engagement = get_engagement(request, pk, permissions.can_accept_milestone)
    with their_clock(request):
        week = monday_of(timezone.localdate())
    log = engagement.logs.filter(author=request.user, week=week).first()
    written = (
        {name: getattr(log, name) for name in ("done", "blocked", "next", "audience")}
        if log
        else {}
    )
    form = NewsForm(
        request.POST or None,
        initial={
            **written,
            "seen": log.version if log else None,
            "opens_blocker": not written.get("blocked"),
        },
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            with their_clock(request):
                progress.log_progress(
                    engagement, week=week, **form.cleaned_data, by=request.user, at=timezone.now()
                )
            messages.success(request, _("Your news is in the feed."))
            return redirect(f"{engagement.get_absolute_url()}#feed")
    heading = _("This week's news")
    return show_form(request, form, engagement, heading=heading, verb=_("Write the news"))


@form_page
def blocker_resolve(request, pk):
    blocker = get_part(request, Blocker, pk, permissions.can_log_progress)
    form = ResolveForm(request.POST or None, initial={"seen": write.mark_of(blocker)})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            progress.resolve_blocker(
                blocker, **form.cleaned_data, today=today_of(request), by=request.user
            )
            messages.success(request, _("The blocker is resolved."))
            return redirect(f"{blocker.engagement.get_absolute_url()}#feed")
    heading = _("Resolve a blocker")
    return show_form(
        request,
        form,
        blocker.engagement,
        heading=heading,
        verb=_("It is resolved"),
        note=blocker.text,
    )


@form_page
def interaction_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_see_interactions)
    contacts = Contact.objects.visible_to(request.user).filter(
        organisation=engagement.beneficiary_id
    )
    today = today_of(request)
    form = EngagementInteractionForm(
        request.POST or None,
        contacts=contacts.order_by("sort_name", "pk"),
        initial={"happened_on": today},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            records.log_interaction(engagement, **form.cleaned_data, today=today, by=request.user)
            messages.success(request, _("It is written down."))
            return redirect(f"{engagement.get_absolute_url()}#interactions")
    heading = _("Call, mail or meeting")
    return show_form(request, form, engagement, heading=heading, verb=_("Write it down"))


@form_page
def solution_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    return _solution_form(
        request, Solution(engagement=engagement), _("Add a solution"), _("Add the solution")
    )


@form_page
def solution_change(request, pk):
    solution = get_part(request, Solution, pk)
    return _solution_form(request, solution, solution.name, _("Save the changes"))


def _solution_form(request, solution, heading, verb):
    form = SolutionForm(request.POST or None, instance=solution)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            parts.save_part(form.instance, by=request.user, seen=form.cleaned_data["seen"])
            messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})
            return redirect(solution.engagement)
    return show_form(request, form, solution.engagement, heading=heading, verb=verb)
