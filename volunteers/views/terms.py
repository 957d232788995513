"""An assignment that ends later or sooner, or that somebody else takes over: one page each, saying what follows."""

from dataclasses import replace
from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.forms.refusals import refusals_in
from crm.views.access import FormPage, form_page, show_form
from engagements.selectors import holdings
from engagements.services.succession import Succession
from volunteers.forms.relay import LaterDayForm, ReplaceForm, ShortenForm
from volunteers.models import RelayDemand
from volunteers.models.relay import DEFAULT_OVERLAP_DAYS
from volunteers.services import relay
from volunteers.services.previews import preview_last_day, preview_replacement
from volunteers.views.assignments import get_assignment

DEFAULT_EXTENSION = timedelta(days=84)


@form_page
def assignment_extend(request, pk):
    assignment = get_assignment(request, pk)
    heading = _("Extend the mission of %(name)s") % {"name": assignment.volunteer}
    initial = {"ends_on": assignment.ends_on + DEFAULT_EXTENSION, "seen": assignment.version}
    form = LaterDayForm(request.POST or None, initial=initial)

    def act():
        relay.extend(assignment, **form.cleaned_data, by=request.user)

    page = _form_page_of(assignment, heading, _("Extend"), _("Extended."))
    return _answer_last_day(request, assignment, form, act, page)


@form_page
def assignment_shorten(request, pk):
    assignment = get_assignment(request, pk)
    heading = _("Shorten the mission of %(name)s") % {"name": assignment.volunteer}
    today = timezone.localdate()
    proposed = max(today, assignment.starts_on)
    initial = {"ends_on": proposed, "seen": assignment.version}
    form = ShortenForm(request.POST or None, initial=initial, **_what_they_hold(assignment, today))

    def act():
        fields = dict(form.cleaned_data)
        succession = Succession.of(fields, today)
        relay.shorten(assignment, **fields, succession=succession, by=request.user)

    page = _form_page_of(assignment, heading, _("Shorten"), _("Shortened."))
    return _answer_last_day(request, assignment, form, act, page)


def _form_page_of(assignment, heading, verb, done):
    return FormPage(
        heading,
        verb,
        back=assignment.engagement.get_absolute_url(),
        done=done,
        template="volunteers/last_day.html",
    )


def _what_they_hold(assignment, today):
    """What the one who leaves holds in the engagement, for the form that asks who takes it."""
    person = assignment.volunteer.user
    return {
        "held": holdings.held_by(person, [assignment.engagement_id]),
        "person": person,
        "today": today,
    }


def _answer_last_day(request, assignment, form, act, page):
    """As `answer_form`, with what follows from the day on the page; the button `look` shows it and saves nothing."""
    today = timezone.localdate()
    is_readable = form.is_bound and form.is_valid()
    day = (
        form.cleaned_data["ends_on"]
        if is_readable
        else None
        if form.is_bound
        else form.initial["ends_on"]
    )
    if is_readable and "look" not in request.POST:
        with refusals_in(form):
            act()
            messages.success(request, page.done)
            return redirect(page.back)
    context = {
        "assignment": assignment,
        "day": day,
        "consequences": preview_last_day(assignment, day, today) if day else [],
    }
    return show_form(request, form, replace(page, context=context))


@form_page
def assignment_replace(request, pk):
    assignment = get_assignment(request, pk)
    today = timezone.localdate()
    demand = RelayDemand.objects.filter(engagement=assignment.engagement_id).first()
    initial = {
        "seen": assignment.version,
        "last_day": assignment.ends_on,
        "overlap_days": demand.overlap_days if demand else DEFAULT_OVERLAP_DAYS,
        "ends_on": assignment.ends_on + DEFAULT_EXTENSION,
    }
    form = ReplaceForm(
        request.POST or None,
        user=request.user,
        assignment=assignment,
        initial=initial,
        successor_label=_("the one who arrives"),
        **_what_they_hold(assignment, today),
    )
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        common = {"by": request.user, "today": today}
        common |= {name: fields.pop(name) for name in ("seen", "past_law")}
        replacement = relay.Replacement(succession=Succession.of(fields, today), **fields)
        with refusals_in(form):
            if "look" in request.POST:
                consequences = preview_replacement(assignment, replacement, **common)
                return _replace_page(request, form, assignment, consequences)
            note = relay.replace(assignment, replacement, **common)
            words = {"name": note.successor.volunteer}
            messages.success(
                request, _("%(name)s is proposed and takes over: confirm the mission.") % words
            )
            return redirect("volunteers:relay-plan", assignment.engagement_id)
    return _replace_page(request, form, assignment, [])


def _replace_page(request, form, assignment, consequences):
    page = FormPage(
        _("Replace %(name)s") % {"name": assignment.volunteer},
        _("Hand the mission over"),
        back=reverse("volunteers:relay-plan", args=[assignment.engagement_id]),
        template="volunteers/replace.html",
        context={"consequences": consequences},
    )
    return show_form(request, form, page)
