"""The relay plan of an engagement, the notes that people leave, and who knows which part of the solution."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history
from crm.forms.fields import SeenForm
from crm.models import Contact
from crm.views.access import FormPage, answer_form, form_page
from crm.web.refusals import refusals_shown
from engagements.models import Engagement
from engagements.permissions import can_run
from engagements.views.access import get_engagement
from volunteers import permissions
from volunteers.display.relay import in_words
from volunteers.forms.relay import (
    OwnKnowledgeForm,
    RelayDemandForm,
    RelayNoteForm,
    SolutionPartForm,
)
from volunteers.models import Assignment, RelayDemand, RelayNote, SolutionPart, Volunteer
from volunteers.selectors import relay
from volunteers.services.parts import know_parts, remove_part, save_part
from volunteers.services.relay import demand_overlap, write_note


@require_safe
def relay_plan(request, pk):
    engagement, today = get_engagement(request, pk), timezone.localdate()
    plan = relay.plan_of(engagement, today)
    first = plan.first_gap or plan.first_lack
    context = {
        "engagement": engagement,
        "plan": plan,
        "first": first,
        "finding": in_words(first) if first else "",
        "lacks": [(line, in_words(line)) for line in plan.skills if line.lack],
        "can_run": can_run(request.user, engagement),
        "may_say": permissions.can_say_what_they_know(request.user, engagement, today),
        "own": set(
            Assignment.objects.of(request.user)
            .filter(engagement=engagement)
            .values_list("pk", flat=True)
        ),
        "today": today,
    }
    return TemplateResponse(request, "volunteers/relay_plan.html", context)


@form_page
def relay_note(request, pk):
    """Only people of the engagement come in here: a sponsor sees the assignment, and not what is written about it."""
    today = timezone.localdate()
    inside = Assignment.objects.filter(engagement__in=Engagement.objects.visible_to(request.user))
    assignment = get_object_or_404(inside.for_list(), pk=pk)
    if not permissions.can_write_relay_note(request.user, assignment, today):
        raise PermissionDenied
    note = RelayNote.objects.for_list().filter(assignment=assignment).first()
    form = RelayNoteForm(
        request.POST or None,
        instance=note or RelayNote(assignment=assignment),
        assignment=assignment,
        names_successor=permissions.can_change_assignment(request.user, assignment),
    )

    def write():
        write_note(assignment, **form.cleaned_data, by=request.user, today=today)

    heading = _("Relay note of %(name)s") % {"name": assignment.volunteer}
    entries = history.entries(note) if note else ()
    page = _form_page_of(assignment.engagement_id, heading, _("Save the note"), entries)
    return answer_form(request, form, write, page)


@form_page
def relay_demand(request, pk):
    engagement = _run(request, pk)
    demand = RelayDemand.objects.filter(engagement=engagement).first() or RelayDemand(
        engagement=engagement
    )
    form = RelayDemandForm(request.POST or None, instance=demand)

    def ask():
        demand_overlap(engagement, **form.cleaned_data, by=request.user)

    heading = _("How long two people work side by side")
    return answer_form(request, form, ask, _form_page_of(engagement.pk, heading, _("Ask for it")))


@form_page
def part_create(request, pk):
    part = SolutionPart(engagement=_run(request, pk))
    return _part_form(
        request, part, heading=_("Add a part of the solution"), verb=_("Add the part")
    )


@form_page
def part_change(request, pk):
    part = _part(request, pk)
    return _part_form(request, part, heading=part.name, verb=_("Save the changes"))


@require_POST
def part_remove(request, pk):
    part = _part(request, pk)
    with refusals_shown(request):
        remove_part(part, by=request.user, seen=SeenForm(request.POST).version)
        messages.success(request, _("“%(part)s” is off the list.") % {"part": part.name})
    return redirect("volunteers:relay-plan", part.engagement_id)


@form_page
def knowledge_own(request, pk):
    """A person of the team says what they know; what others know is not theirs to say."""
    engagement = get_engagement(request, pk)
    if not permissions.can_say_what_they_know(request.user, engagement, timezone.localdate()):
        raise PermissionDenied
    volunteer = get_object_or_404(Volunteer.objects.visible_to(request.user), user=request.user)
    parts = SolutionPart.objects.filter(engagement=engagement).for_list()
    form = OwnKnowledgeForm(request.POST or None, parts=parts, volunteer=volunteer)

    def say():
        know_parts(form.levels(), volunteer, by=request.user)

    page = _form_page_of(engagement.pk, _("What I know"), _("Save what I know"))
    return answer_form(request, form, say, page)


def _part_form(request, part, *, heading, verb):
    people = _people(request.user, part.engagement)
    form = SolutionPartForm(request.POST or None, instance=part, people=people)

    def save():
        save_part(part, seen=form.cleaned_data["seen"], knowledge=form.knowledge(), by=request.user)

    entries = history.entries(part) if part.pk else ()
    page = _form_page_of(part.engagement_id, heading, verb, entries)
    return answer_form(request, form, save, page)


def _people(user, engagement):
    """The team that is there or to come, and the contacts of the supported organisation."""
    team = Volunteer.objects.filter(
        assignments__engagement=engagement, assignments__ends_on__gte=timezone.localdate()
    ).distinct()
    contacts = Contact.objects.visible_to(user).filter(organisation=engagement.beneficiary_id)
    return [*team.for_list(), *contacts.order_by("sort_name", "pk")]


def _run(request, pk):
    engagement = get_engagement(request, pk)
    if not can_run(request.user, engagement):
        raise PermissionDenied
    return engagement


def _part(request, pk):
    visible = SolutionPart.objects.visible_to(request.user).select_related(
        "engagement__beneficiary"
    )
    part = get_object_or_404(visible, pk=pk)
    if not can_run(request.user, part.engagement):
        raise PermissionDenied
    return part


def _form_page_of(engagement, heading, verb, entries=()):
    """The page of a form about the relays of the engagement with this key; one returns to its relay plan."""
    back = reverse("volunteers:relay-plan", args=[engagement])
    return FormPage(heading, verb, back, done=_("Saved."), context={"entries": entries})
