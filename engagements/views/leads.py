from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.forms.refusals import refusals_in
from crm.models import Contact
from crm.views.access import form_page
from engagements import permissions
from engagements.forms.leads import AppointLeadForm, CorrectLeadForm, EndLeadForm
from engagements.models import LeadAppointment
from engagements.selectors import holdings
from engagements.services import leads
from engagements.services.succession import Succession
from engagements.views.access import get_engagement, get_part, show_form


@form_page
def lead_appoint(request, pk):
    """Appoint the lead, or replace the one there is."""
    engagement = get_engagement(request, pk, permissions.can_run)
    today = timezone.localdate()
    contacts = _contacts_of(request, engagement)
    current = engagement.leads.filter(ends_on=None).select_related("contact__user").first()
    form = AppointLeadForm(
        request.POST or None,
        contacts=contacts,
        successor_label=_("the one who is appointed"),
        initial={"starts_on": today, "seen": write.mark_of(current)},
        **_in_the_hands_of(current, today),
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        succession = Succession.of(given, today)
        with refusals_in(form):
            appointment = leads.appoint_lead(
                engagement, **given, by=request.user, succession=succession
            )
            messages.success(
                request, _("%(name)s leads the project.") % {"name": appointment.contact.full_name}
            )
            return redirect(engagement)
    note = (
        _("%(name)s leads now: their last day will be the day before.")
        % {"name": current.contact.full_name}
        if current
        else ""
    )
    note = "\n".join(filter(None, [note, form.note]))
    heading, verb = (
        (_("Replace the project lead"), _("Replace"))
        if current
        else (_("Appoint the project lead"), _("Appoint"))
    )
    return show_form(request, form, engagement, heading=heading, verb=verb, note=note)


def _in_the_hands_of(appointment, today):
    """What a lead holds in the engagement, for the form that asks who takes it."""
    held = holdings.held_by(appointment, [appointment.engagement_id]) if appointment else {}
    return {"held": held, "person": appointment and appointment.contact, "today": today}


def _contacts_of(request, engagement):
    kept = Contact.objects.visible_to(request.user).filter(kept_by=engagement.member_id)
    return kept.filter(organisation=engagement.beneficiary_id).order_by("sort_name", "pk")


@form_page
def lead_correct(request, pk):
    """A name given by mistake, on the day on which it was given."""
    appointment = get_part(request, LeadAppointment, pk)
    engagement = appointment.engagement
    initial = {"seen": write.mark_of(appointment)}
    form = CorrectLeadForm(
        request.POST or None, contacts=_contacts_of(request, engagement), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            appointment = leads.correct_lead(
                appointment, **form.cleaned_data, by=request.user, today=timezone.localdate()
            )
            messages.success(
                request, _("%(name)s leads the project.") % {"name": appointment.contact.full_name}
            )
            return redirect(engagement)
    words = {"name": appointment.contact.full_name}
    note = (
        _("%(name)s was named by mistake: somebody else was meant from the first day on.") % words
    )
    return show_form(
        request,
        form,
        engagement,
        heading=_("Correct the project lead"),
        verb=_("Correct"),
        note=note,
    )


@form_page
def lead_end(request, pk):
    appointment, today = get_part(request, LeadAppointment, pk), timezone.localdate()
    initial = {"ends_on": today, "seen": write.mark_of(appointment)}
    form = EndLeadForm(
        request.POST or None, initial=initial, **_in_the_hands_of(appointment, today)
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        succession = Succession.of(given, today)
        with refusals_in(form):
            leads.end_lead(appointment, **given, by=request.user, succession=succession)
            messages.success(request, _("The last day is written down."))
            return redirect(appointment.engagement)
    heading = _("Last day of %(name)s") % {"name": appointment.contact.full_name}
    verb = _("Write down the last day")
    return show_form(
        request, form, appointment.engagement, heading=heading, verb=verb, note=form.note
    )
