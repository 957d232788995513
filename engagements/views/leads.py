from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.models import Contact
from crm.views.access import answer_form, form_page
from engagements import permissions
from engagements.forms.leads import AppointLeadForm, CorrectLeadForm, EndLeadForm
from engagements.models import LeadAppointment
from engagements.selectors import holdings
from engagements.services import leads
from engagements.services.succession import Succession
from engagements.views.access import form_page_of, get_engagement, get_part


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
        **_holdings_of(current, today),
    )

    def appoint():
        appointment = leads.appoint_lead(
            engagement,
            form.choice(),
            form.term(),
            by=request.user,
            succession=Succession.of(dict(form.cleaned_data), today),
            seen=form.cleaned_data["seen"],
        )
        messages.success(request, _leads_now(appointment))

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
    page = form_page_of(engagement, heading, verb, context={"note": note})
    return answer_form(request, form, appoint, page)


def _leads_now(appointment):
    return _("%(name)s leads the project.") % {"name": appointment.contact.full_name}


def _holdings_of(appointment, today):
    """What a lead holds in the engagement, for the form that asks who takes it."""
    rows_by_kind = holdings.held_by(appointment, [appointment.engagement_id]) if appointment else {}
    return {"held": rows_by_kind, "person": appointment and appointment.contact, "today": today}


def _contacts_of(request, engagement):
    contacts = Contact.objects.visible_to(request.user).filter(kept_by=engagement.member_id)
    return contacts.filter(organisation=engagement.beneficiary_id).order_by("sort_name", "pk")


@form_page
def lead_correct(request, pk):
    """Correct a name that was given by mistake, on the day on which it was given."""
    appointment = get_part(request, LeadAppointment, pk)
    engagement = appointment.engagement
    initial = {"seen": write.mark_of(appointment)}
    form = CorrectLeadForm(
        request.POST or None, contacts=_contacts_of(request, engagement), initial=initial
    )

    def correct():
        corrected = leads.correct_lead(
            appointment,
            form.choice(),
            reason=form.cleaned_data["reason"],
            by=request.user,
            today=timezone.localdate(),
            seen=form.cleaned_data["seen"],
        )
        messages.success(request, _leads_now(corrected))

    note = _("%(name)s was named by mistake: somebody else was meant from the first day on.")
    context = {"note": note % {"name": appointment.contact.full_name}}
    page = form_page_of(engagement, _("Correct the project lead"), _("Correct"), context=context)
    return answer_form(request, form, correct, page)


@form_page
def lead_end(request, pk):
    appointment, today = get_part(request, LeadAppointment, pk), timezone.localdate()
    initial = {"ends_on": today, "seen": write.mark_of(appointment)}
    form = EndLeadForm(request.POST or None, initial=initial, **_holdings_of(appointment, today))

    def end():
        fields = dict(form.cleaned_data)
        succession = Succession.of(fields, today)
        leads.end_lead(appointment, **fields, by=request.user, succession=succession)

    heading = _("Last day of %(name)s") % {"name": appointment.contact.full_name}
    verb, done = _("Write down the last day"), _("The last day is written down.")
    context = {"note": form.note}
    page = form_page_of(appointment.engagement, heading, verb, done=done, context=context)
    return answer_form(request, form, end, page)
