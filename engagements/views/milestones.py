from contextlib import suppress
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.audit import history
from crm.domain.day_field import DayField
from crm.views.access import answer_form, form_page
from crm.web.clock import today_of
from crm.web.refusals import refusals_shown
from engagements import permissions
from engagements.forms.milestones import (
    AcceptForm,
    FinishForm,
    MilestoneForm,
    MoveBackForm,
    MoveMilestoneForm,
    NotYetForm,
    ReasonForm,
)
from engagements.models import Milestone
from engagements.models.team import people_of
from engagements.services import milestones, moves
from engagements.views.access import form_page_of, get_engagement, get_part


def _page(engagement, heading, verb, done, *, name="engagement-detail", read=()):
    """Once it is done, one is back at the milestones: of the engagement's page, or of its roadmap."""
    back = f"{reverse(f'engagements:{name}', args=[engagement.pk])}#milestones"
    return form_page_of(engagement, heading, verb, done=done, back=back, context={"read": read})


@form_page
def milestone_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    form = MilestoneForm(
        request.POST or None,
        people=people_of(engagement, timezone.localdate()),
        others=engagement.milestones.in_order(),
    )

    def add():
        milestones.add_milestone(engagement, form.plan(), by=request.user)

    page = _page(engagement, _("Add a milestone"), _("Add the milestone"), _("Added."))
    return answer_form(request, form, add, page)


@form_page
def milestone_change(request, pk):
    milestone = get_part(request, Milestone, pk)
    page = _page(milestone.engagement, milestone.title, _("Save the changes"), _("Saved."))
    form = MilestoneForm(
        request.POST or None,
        instance=milestone,
        people=people_of(milestone.engagement, timezone.localdate(), beside=milestone.owner_id),
        others=milestone.engagement.milestones.in_order().exclude(pk=milestone.pk),
        initial={"after": milestone.waits_for.values_list("after", flat=True)},
    )

    def change():
        why, seen = form.cleaned_data["why"], form.cleaned_data["seen"]
        milestones.change_milestone(milestone, form.plan(), by=request.user, why=why, seen=seen)

    return answer_form(request, form, change, page)


@form_page
def milestone_move(request, pk):
    """To another day, and those that wait for it along: they are shown before it is saved.

    Afterwards the roadmap says what has moved, and takes it back by one button.
    """
    milestone = get_part(request, Milestone, pk)
    form = MoveMilestoneForm(
        request.POST or None, milestone=milestone, planned_on=_day_in(request.GET.get("planned_on"))
    )

    def move():
        moved = moves.move_milestone(
            milestone,
            form.cleaned_data["planned_on"],
            along=form.along_with(),
            by=request.user,
            why=form.cleaned_data["why"],
            seen=form.cleaned_data["seen"],
        )
        if moved[0].version == milestone.version:  # to the day that it had: nothing to take back
            return None
        versions = "-".join(f"{row.pk}.{row.version}" for row in moved)
        return f"{_roadmap_of(milestone)}?moved={versions}#milestones"

    heading = _("Move “%(title)s”") % {"title": milestone.title}
    page = _page(milestone.engagement, heading, _("Move"), "", name="engagement-roadmap")
    return answer_form(request, form, move, page)


def _day_in(text):
    """The day that an address names; None where it names none that a plan may have."""
    with suppress(ValidationError):
        return DayField(required=False).clean(text)
    return None


def _roadmap_of(milestone):
    return reverse("engagements:engagement-roadmap", args=[milestone.engagement_id])


@require_POST
def milestone_move_back(request, pk):
    """The button beside what has just moved: the dates are as before, if nobody has changed them since."""
    milestone = get_part(request, Milestone, pk)
    form = MoveBackForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    with refusals_shown(request):
        moves.take_move_back(milestone, **form.cleaned_data, by=request.user)
        messages.success(request, _("The dates are as they were."))
    return redirect(f"{_roadmap_of(milestone)}#milestones")


@form_page
def milestone_finish(request, pk):
    milestone = get_part(request, Milestone, pk)
    today = today_of(request)
    form = FinishForm(request.POST or None, initial={"done_on": today, "seen": milestone.version})

    def finish():
        milestones.finish_milestone(milestone, **form.cleaned_data, today=today, by=request.user)

    heading = _("“%(title)s” is done") % {"title": milestone.title}
    page = _page(milestone.engagement, heading, _("It is done"), _("Done."))
    return answer_form(request, form, finish, page)


@form_page
def milestone_accept(request, pk):
    milestone = get_part(request, Milestone, pk, permissions.can_accept_milestone)
    form = AcceptForm(request.POST or None, initial={"seen": milestone.version})

    def accept():
        milestones.accept_milestone(
            milestone, **form.cleaned_data, today=today_of(request), by=request.user
        )

    heading = _("Accept “%(title)s”") % {"title": milestone.title}
    page = _page_of_word(milestone, heading, _("Accept the milestone"), _("Accepted."))
    return answer_form(request, form, accept, page)


def _page_of_word(milestone, heading, verb, done):
    """The page on which somebody says whether what was promised is there: what was, and the two answers."""
    names = ["planned_first_on", "planned_on", "done_on"]
    context = {
        "read": history.facts_of(milestone, names),
        "milestone": milestone,
    }
    back = f"{reverse('engagements:engagement-detail', args=[milestone.engagement_id])}#milestones"
    page = form_page_of(milestone.engagement, heading, verb, done=done, back=back, context=context)
    return replace(page, template="engagements/milestone_word.html")


@form_page
def milestone_not_yet(request, pk):
    """The other answer to what waits to be accepted: it is open again, and everybody reads what is missing."""
    milestone = get_part(request, Milestone, pk, permissions.can_accept_milestone)
    form = NotYetForm(request.POST or None, initial={"seen": milestone.version})

    def send_back():
        milestones.send_milestone_back(milestone, **form.cleaned_data, by=request.user)

    heading = _("“%(title)s”: not yet") % {"title": milestone.title}
    done = _("The team reads what is missing; the milestone is open again.")
    return answer_form(
        request, form, send_back, _page_of_word(milestone, heading, _("Say what is missing"), done)
    )


@form_page
def milestone_reopen(request, pk):
    milestone = get_part(request, Milestone, pk)
    form = ReasonForm(request.POST or None, initial={"seen": milestone.version})

    def reopen():
        milestones.reopen_milestone(milestone, **form.cleaned_data, by=request.user)

    heading = _("Reopen “%(title)s”") % {"title": milestone.title}
    page = _page(milestone.engagement, heading, _("Reopen"), _("Reopened."))
    return answer_form(request, form, reopen, page)


@form_page
def milestone_remove(request, pk):
    milestone = get_part(request, Milestone, pk)
    form = ReasonForm(request.POST or None, initial={"seen": milestone.version})

    def remove():
        milestones.remove_milestone(milestone, **form.cleaned_data, by=request.user)

    heading = _("Remove “%(title)s”") % {"title": milestone.title}
    page = _page(milestone.engagement, heading, _("Remove"), _("Removed."))
    return answer_form(request, form, remove, page)
