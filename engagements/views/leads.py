from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import Contact
from crm.refusals import Refused, tell
from engagements import permissions, services
from engagements.forms import AppointLeadForm, CorrectLeadForm, EndLeadForm
from engagements.models import LeadAppointment
from engagements.views.doors import form_page, get_engagement, get_part, show_form


@form_page
def lead_appoint(request, pk):
    """Appoint the lead, or replace the one there is."""
    engagement = get_engagement(request, pk, permissions.can_run)
    today = timezone.localdate()
    contacts = _contacts_of(request, engagement)
    form = AppointLeadForm(request.POST or None, contacts=contacts, initial={"starts_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            appointment = services.appoint_lead(engagement, **form.cleaned_data, by=request.user)
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("%(name)s leads the project.") % {"name": appointment.contact.full_name})
            return redirect(engagement)
    current = engagement.leads.filter(ends_on=None).select_related("contact").first()
    note = (
        _("%(name)s leads now: their last day will be the day before.") % {"name": current.contact.full_name}
        if current
        else ""
    )
    heading, verb = (
        (_("Replace the project lead"), _("Replace")) if current else (_("Appoint the project lead"), _("Appoint"))
    )
    return show_form(request, form, engagement, heading=heading, verb=verb, note=note)


def _contacts_of(request, engagement):
    kept = Contact.objects.visible_to(request.user).filter(kept_by=engagement.member_id)
    return kept.filter(organisation=engagement.beneficiary_id).order_by("sort_name", "pk")


@form_page
def lead_correct(request, pk):
    """A name given by mistake, on the day on which it was given."""
    appointment = get_part(request, LeadAppointment, pk)
    engagement = appointment.engagement
    form = CorrectLeadForm(request.POST or None, contacts=_contacts_of(request, engagement))
    if request.method == "POST" and form.is_valid():
        try:
            appointment = services.correct_lead(
                appointment, **form.cleaned_data, by=request.user, today=timezone.localdate()
            )
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("%(name)s leads the project.") % {"name": appointment.contact.full_name})
            return redirect(engagement)
    words = {"name": appointment.contact.full_name}
    note = _("%(name)s was named by mistake: somebody else was meant from the first day on.") % words
    return show_form(request, form, engagement, heading=_("Correct the project lead"), verb=_("Correct"), note=note)


@form_page
def lead_end(request, pk):
    appointment = get_part(request, LeadAppointment, pk)
    form = EndLeadForm(request.POST or None, initial={"ends_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_lead(appointment, ends_on=form.cleaned_data["ends_on"], by=request.user)
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("The last day is written down."))
            return redirect(appointment.engagement)
    heading = _("Last day of %(name)s") % {"name": appointment.contact.full_name}
    return show_form(request, form, appointment.engagement, heading=heading, verb=_("Write down the last day"))
