"""Decisions, risks and notes of the steering committee; and the post-mortem, once it is written."""

from datetime import date
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import User
from engagements.models import Decision, PostMortem, Risk, SteeringNote
from engagements.models.team import people_of
from engagements.services.locks import lock_running
from engagements.services.parts import save_part

OwnedRecord = TypeVar("OwnedRecord", Decision, Risk)


@transaction.atomic
def save_decision(
    decision: Decision, *, by: User, today: date, seen: int | None = None
) -> Decision:
    """Save a new or changed decision as its form filled it."""
    lock_running(decision.engagement)
    _refuse_foreign_owner(decision, today)
    return save_part(decision, by=by, seen=seen)


@transaction.atomic
def save_risk(risk: Risk, *, by: User, today: date, seen: int | None = None) -> Risk:
    """Save a new or changed risk as its form filled it."""
    lock_running(risk.engagement)
    _refuse_foreign_owner(risk, today)
    return save_part(risk, by=by, seen=seen)


@transaction.atomic
def save_steering_note(
    note: SteeringNote, *, by: User, today: date, seen: int | None = None
) -> SteeringNote:
    """Save a new or changed note of a meeting; whoever wrote it first stays its author."""
    if note.held_on > today:
        raise Refused({"held_on": _("Write down what has happened: this day is still to come.")})
    if note.pk is None:
        note.author = by
    return save_part(note, by=by, seen=seen)


@transaction.atomic
def save_post_mortem(post_mortem: PostMortem, *, by: User, seen: int | None = None) -> PostMortem:
    """Change a post-mortem; the first one is written when the engagement is stopped."""
    return save_part(post_mortem, by=by, seen=seen)


@transaction.atomic
def finish_decision(
    decision: Decision, *, done_on: date, today: date, by: User, seen: int | None = None
) -> Decision:
    decision = _locked(decision, seen)
    if decision.done_on is not None:
        raise Refused(_("This decision is carried out already."))
    if done_on > today:
        raise Refused({"done_on": _("A decision is carried out today or in the past.")})
    if done_on < decision.decided_on:
        raise Refused({"done_on": _("A decision cannot be carried out before it is taken.")})
    decision.done_on = done_on
    return write.save(decision, by=by, why=because("Marked as carried out"), fields=["done_on"])


@transaction.atomic
def close_risk(
    risk: Risk, *, closed_on: date, today: date, by: User, seen: int | None = None
) -> Risk:
    risk = _locked(risk, seen)
    if risk.closed_on is not None:
        raise Refused(_("This risk is closed already."))
    if closed_on > today:
        raise Refused({"closed_on": _("A risk is closed today or in the past.")})
    risk.closed_on = closed_on
    return write.save(risk, by=by, why=because("Closed"), fields=["closed_on"])


def _locked(record: OwnedRecord, seen: int | None) -> OwnedRecord:
    saved = type(record)._base_manager.select_for_update(of=("self",)).get(pk=record.pk)
    write.refuse_if_stale(saved, seen)
    return saved


def _refuse_foreign_owner(record: Decision | Risk, today: date) -> None:
    """The owner works in the engagement today, or leads it; whoever owned it before may keep it, though they left."""
    rows = type(record)._base_manager.filter(pk=record.pk)
    owner, lead = rows.values_list("owner", "owner_lead").first() or (None, None)
    people = people_of(record.engagement, today, beside=owner)
    leads = record.engagement.leads.filter(
        Q(pk=lead) | Q(pk__in=record.engagement.leads.current(today))
    )
    if record.owner_id and not people.filter(pk=record.owner_id).exists():
        raise Refused({"owner": _("Choose somebody who works in this engagement.")})
    if record.owner_lead_id and not leads.filter(pk=record.owner_lead_id).exists():
        raise Refused({"owner_lead": _("Choose somebody who leads this engagement today.")})
