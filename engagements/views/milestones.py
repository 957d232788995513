from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import history
from crm.forms.refusals import refusals_in
from crm.views.access import form_page
from crm.web.clock import today_of
from engagements import permissions
from engagements.forms.milestones import (
    AcceptForm,
    FinishForm,
    MilestoneForm,
    MoveMilestoneForm,
    ReasonForm,
)
from engagements.models import Milestone
from engagements.models.team import people_of
from engagements.services import milestones
from engagements.views.access import get_engagement, get_part, show_form


@form_page
def milestone_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    form = MilestoneForm(
        request.POST or None,
        people=people_of(engagement, timezone.localdate()),
        others=engagement.milestones.in_order(),
    )

    def add():
        milestones.add_milestone(engagement, **form.cleaned_data, by=request.user)

    return _answer(
        request,
        form,
        engagement,
        add,
        heading=_("Add a milestone"),
        verb=_("Add the milestone"),
        said=_("Added."),
    )


@form_page
def milestone_change(request, pk):
    milestone = get_part(request, Milestone, pk)
    heading = milestone.title
    form = MilestoneForm(
        request.POST or None,
        instance=milestone,
        people=people_of(milestone.engagement, timezone.localdate(), beside=milestone.owner_id),
        others=milestone.engagement.milestones.in_order().exclude(pk=milestone.pk),
        initial={"after": milestone.waits_for.values_list("after", flat=True)},
    )

    def change():
        milestones.change_milestone(milestone, **form.cleaned_data, by=request.user)

    return _answer(
        request,
        form,
        milestone.engagement,
        change,
        heading=heading,
        verb=_("Save the changes"),
        said=_("Saved."),
    )


@form_page
def milestone_move(request, pk):
    """To another day, from the roadmap; whoever comes second sees what is saved now beside what they wanted."""
    milestone = get_part(request, Milestone, pk)
    kept = {"planned_on": milestone.planned_on, "seen": milestone.version}
    form = MoveMilestoneForm(request.POST or None, initial=kept)

    def move():
        same = {"title": milestone.title, "owner": milestone.owner}
        milestones.change_milestone(milestone, **same, **form.cleaned_data, by=request.user)

    heading = _("Move “%(title)s”") % {"title": milestone.title}
    said = _("Moved.")
    return _answer(
        request,
        form,
        milestone.engagement,
        move,
        heading=heading,
        verb=_("Move"),
        said=said,
        to="engagement-roadmap",
    )


@form_page
def milestone_finish(request, pk):
    milestone = get_part(request, Milestone, pk)
    today = today_of(request)
    form = FinishForm(request.POST or None, initial={"done_on": today, "seen": milestone.version})

    def finish():
        milestones.finish_milestone(milestone, **form.cleaned_data, today=today, by=request.user)

    heading = _("“%(title)s” is done") % {"title": milestone.title}
    return _answer(
        request,
        form,
        milestone.engagement,
        finish,
        heading=heading,
        verb=_("It is done"),
        said=_("Done."),
    )


@form_page
def milestone_accept(request, pk):
    milestone = get_part(request, Milestone, pk, permissions.can_accept_milestone)
    form = AcceptForm(request.POST or None, initial={"seen": milestone.version})

    def accept():
        milestones.accept_milestone(
            milestone, **form.cleaned_data, today=today_of(request), by=request.user
        )

    heading = _("Accept “%(title)s”") % {"title": milestone.title}
    words = {"heading": heading, "verb": _("Accept the milestone"), "said": _("Accepted.")}
    read = history.facts_of(milestone, ["title", "planned_first_on", "planned_on", "done_on"])
    return _answer(request, form, milestone.engagement, accept, **words, read=read)


@form_page
def milestone_reopen(request, pk):
    milestone = get_part(request, Milestone, pk)
    form = ReasonForm(request.POST or None, initial={"seen": milestone.version})

    def reopen():
        milestones.reopen_milestone(milestone, **form.cleaned_data, by=request.user)

    heading = _("Reopen “%(title)s”") % {"title": milestone.title}
    return _answer(
        request,
        form,
        milestone.engagement,
        reopen,
        heading=heading,
        verb=_("Reopen"),
        said=_("Reopened."),
    )


@form_page
def milestone_remove(request, pk):
    milestone = get_part(request, Milestone, pk)
    form = ReasonForm(request.POST or None, initial={"seen": milestone.version})

    def remove():
        milestones.remove_milestone(milestone, **form.cleaned_data, by=request.user)

    heading = _("Remove “%(title)s”") % {"title": milestone.title}
    return _answer(
        request,
        form,
        milestone.engagement,
        remove,
        heading=heading,
        verb=_("Remove"),
        said=_("Removed."),
    )


def _answer(
    request, form, engagement, act, *, heading, verb, said, to="engagement-detail", read=()
):
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            act()
            messages.success(request, said)
            return redirect(f"{reverse(f'engagements:{to}', args=[engagement.pk])}#milestones")
    return show_form(request, form, engagement, heading=heading, verb=verb, read=read)
