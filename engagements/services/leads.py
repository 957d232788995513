from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.domain.refusals import DoneElsewhere, Refused
from crm.domain.text import words_of
from crm.models import Contact, User
from engagements.models import FULL_TIME, Engagement, LeadAppointment
from engagements.services.locks import lock
from engagements.services.succession import Succession, hand_over

FULL_TIME_ELSEWHERE = gettext_lazy(
    "This person already leads another engagement full time within these days."
)


@dataclass(frozen=True)
class LeadChoice:
    """Who is to lead: a contact of the supported organisation, or the name of somebody new who becomes one."""

    contact: Contact | None = None
    new_name: str = ""


@dataclass(frozen=True)
class LeadTerm:
    """From when until when (None: without an end; both days included), and for which share of their time in percent."""

    starts_on: date
    ends_on: date | None = None
    share: int = FULL_TIME


@transaction.atomic
def appoint_lead(
    engagement: Engagement,
    choice: LeadChoice,
    term: LeadTerm,
    *,
    by: User,
    succession: Succession | None = None,
    seen: int | None = None,
) -> LeadAppointment:
    """Appoint a project lead.

    An open appointment of somebody else ends the day before: that is how one replaces a lead. `succession` says who
    takes over what that lead holds, `seen` is the mark of their appointment as the person has read it.
    """
    engagement = lock(engagement)
    write.refuse_if_marked_since(engagement.leads.filter(ends_on=None).first(), seen)
    contact = _chosen_contact(engagement, choice, by)
    if term.starts_on < engagement.started_on:
        day = day_text(engagement.started_on)
        raise Refused({"starts_on": _("The engagement only starts on %(day)s.") % {"day": day}})
    replaced = _end_open_appointment(engagement, before=term.starts_on, by=by)
    _refuse_overlap(engagement, contact, term)
    appointment = LeadAppointment(
        engagement=engagement,
        contact=contact,
        share=term.share,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
    )
    write.save(appointment, by=by, why=because("Appointed"))
    if replaced and succession:
        hand_over(
            replaced, [engagement.pk], succession, by=by, successor=contact.user or appointment
        )
    return appointment


def _chosen_contact(engagement: Engagement, choice: LeadChoice, by: User) -> Contact:
    """The contact chosen, locked, or the new one of that name; they work at the supported organisation."""
    _refuse_nobody_or_two(choice)
    contact = choice.contact
    if contact is None:
        _refuse_a_namesake(engagement, choice.new_name)
        contact = Contact(
            organisation_id=engagement.beneficiary_id,
            kept_by_id=engagement.member_id,
            full_name=choice.new_name,
        )
        write.save(contact, by=by, why=because("Added as project lead"))
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.organisation_id != engagement.beneficiary_id:
        sentence = _("The lead works at the supported organisation: %(name)s does not.")
        raise Refused({"contact": sentence % {"name": contact.full_name}})
    return contact


def was_named_today(appointment: LeadAppointment, today: date) -> bool:
    """Whether it was written down today, whatever its first day: a slip that nobody has worked with yet."""
    return appointment.named_at is not None and timezone.localdate(appointment.named_at) == today


@transaction.atomic
def correct_lead(
    appointment: LeadAppointment,
    choice: LeadChoice,
    *,
    reason: str,
    by: User,
    today: date,
    seen: int | None = None,
) -> LeadAppointment:
    """Somebody else was meant: the appointment keeps its days, and its history says why the person changed."""
    engagement = lock(appointment.engagement)
    appointment = (
        LeadAppointment.objects.with_named_at().select_related("contact").get(pk=appointment.pk)
    )
    write.refuse_if_marked_since(appointment, seen)
    if not was_named_today(appointment, today):
        raise DoneElsewhere(
            _(
                "They were named on an earlier day: replace them, so that each keeps their own days."
            ),
            [(_("Replace"), reverse("engagements:lead-appoint", args=[engagement.pk]))],
        )
    contact = _chosen_contact(engagement, choice, by)
    if contact.pk == appointment.contact_id:
        raise Refused(
            {"contact": _("%(name)s is the one who is named.") % {"name": contact.full_name}}
        )
    if _leads_elsewhere(engagement, contact, _term_of(appointment)):
        raise Refused({"contact": FULL_TIME_ELSEWHERE})
    appointment.contact = contact
    return write.save(appointment, by=by, why=reason.strip(), fields=["contact"])


@transaction.atomic
def end_lead(
    appointment: LeadAppointment,
    *,
    ends_on: date,
    by: User,
    succession: Succession | None = None,
    seen: int | None = None,
) -> LeadAppointment:
    """Write down a lead's last day; from the next one on the engagement is without a lead.

    `succession` says who takes over what they hold.
    """
    engagement = appointment.engagement
    lock(engagement)
    Contact.objects.select_for_update().get(pk=appointment.contact_id)
    appointment.refresh_from_db(fields=["starts_on", "ends_on", "share"])
    write.refuse_if_marked_since(appointment, seen)
    if ends_on < appointment.starts_on:
        raise Refused({"ends_on": _("The last day cannot come before the first.")})
    others = engagement.leads.exclude(pk=appointment.pk)
    if others.overlapping(appointment.starts_on, ends_on).exists():
        raise Refused({"ends_on": _("Another lead is appointed within these days.")})
    term = replace(_term_of(appointment), ends_on=ends_on)
    if _leads_elsewhere(engagement, appointment.contact, term):
        raise Refused({"ends_on": FULL_TIME_ELSEWHERE})
    appointment.ends_on = ends_on
    write.save(appointment, by=by, why=because("Last day written down"), fields=["ends_on"])
    if succession:
        hand_over(appointment, [appointment.engagement_id], succession, by=by)
    return appointment


def _term_of(appointment: LeadAppointment) -> LeadTerm:
    return LeadTerm(appointment.starts_on, appointment.ends_on, appointment.share)


def _refuse_nobody_or_two(choice: LeadChoice) -> None:
    if choice.contact is None and not choice.new_name.strip():
        raise Refused({"contact": _("Choose the lead, or write their name below.")})
    if choice.contact is not None and choice.new_name.strip():
        raise Refused({"new_name": _("Choose a contact or write a new name, not both.")})


def _refuse_a_namesake(engagement: Engagement, name: str) -> None:
    """Of two contacts of one person, only one would have their account; a true namesake is added as a contact first."""
    contacts = Contact.objects.unmerged().filter(
        organisation=engagement.beneficiary_id, kept_by=engagement.member_id
    )
    if contacts.filter(sort_name=" ".join(words_of(name))).exists():
        sentence = _(
            "%(name)s is among the contacts of the organisation already: choose them above."
        )
        raise Refused({"new_name": sentence % {"name": name.strip()}})


def _end_open_appointment(
    engagement: Engagement, *, before: date, by: User
) -> LeadAppointment | None:
    """End the open appointment on the day before the next one begins; None where there is none."""
    current = engagement.leads.filter(ends_on=None).select_related("contact__user").first()
    if current is None or current.starts_on >= before:
        return None
    current.ends_on = before - timedelta(days=1)
    return write.save(current, by=by, why=because("Replaced"), fields=["ends_on"])


def _refuse_overlap(engagement: Engagement, contact: Contact, term: LeadTerm) -> None:
    appointments = engagement.leads.overlapping(term.starts_on, term.ends_on)
    other = appointments.select_related("contact").first()
    if other:
        raise Refused(
            {
                "starts_on": _("%(name)s already leads within these days, from %(day)s.")
                % {"name": other.contact.full_name, "day": day_text(other.starts_on)}
            }
        )
    if _leads_elsewhere(engagement, contact, term):
        raise Refused({"contact": FULL_TIME_ELSEWHERE})


def _leads_elsewhere(engagement: Engagement, contact: Contact, term: LeadTerm) -> bool:
    """Whether a full-time lead would lead a second engagement full time."""
    full_time = LeadAppointment.objects.filter(contact=contact, share=FULL_TIME).exclude(
        engagement=engagement
    )
    return term.share == FULL_TIME and full_time.overlapping(term.starts_on, term.ends_on).exists()
