from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import colon
from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import Contact, Organisation, User
from engagements import permissions
from engagements.domain.stages import ENDINGS, MOVES, Stage, missing_for
from engagements.models import Engagement, GatePass, LeadAppointment, PostMortem
from engagements.models.post_mortems import TEXTS
from engagements.services.locks import lock
from engagements.services.survival import plan_checks

EDITABLE = (
    "title",
    "coordinator",
    "started_on",
    "need",
    "summary_fr",
    "summary_en",
    "running_cost_ceiling",
    "stand_in",
)


class MoveRefused(Refused):
    """The engagement may not enter the stage; the message says why, for the reader of the page."""


@dataclass(frozen=True)
class NewEngagement:
    """What a form or the API says of an engagement that is to be opened."""

    title: str
    beneficiary: Organisation
    member: Organisation
    coordinator: User
    started_on: date
    need: str = ""
    summary_fr: str = ""
    summary_en: str = ""


@transaction.atomic
def open_engagement(new: NewEngagement, *, by: User | None) -> Engagement:
    """An engagement in scoping. Its beneficiary is from then on a supported organisation."""
    _refuse_foreign_coordinator(new.coordinator, new.member)
    engagement = Engagement(
        title=new.title,
        beneficiary=new.beneficiary,
        member=new.member,
        coordinator=new.coordinator,
        stage=Stage.SCOPING,
        stage_entered_on=new.started_on,
        started_on=new.started_on,
        last_news_on=new.started_on,
        need=new.need,
        summary_fr=new.summary_fr,
        summary_en=new.summary_en,
    )
    write.save(engagement, by=by, why=because("Opened"))
    beneficiary = new.beneficiary
    if not beneficiary.is_beneficiary:
        beneficiary.is_beneficiary = True
        write.save(
            beneficiary, by=by, why=because("Supported from now on"), fields=["is_beneficiary"]
        )
    return engagement


@transaction.atomic
def change_engagement(
    engagement: Engagement,
    changes: Mapping[str, Any],  # each value is of the type of its column
    *,
    by: User,
    seen: int | None = None,
) -> Engagement:
    """Change the columns in `changes` that EDITABLE names; `seen` is the version that the person had before them."""
    engagement = lock(engagement)
    write.refuse_if_stale(engagement, seen)
    values = {name: changes[name] for name in EDITABLE if name in changes}
    if "coordinator" in values:
        _refuse_foreign_coordinator(values["coordinator"], engagement.member)
    if "stand_in" in values:
        _refuse_foreign_stand_in(values["stand_in"], engagement)
    if "started_on" in values and engagement.last_news_on == engagement.started_on:
        values["last_news_on"] = values["started_on"]  # the silence begins with the engagement
    for name, value in values.items():
        setattr(engagement, name, value)
    return write.save(engagement, by=by, why=because("Changed"), fields=[*values])


@transaction.atomic
def assign_coordinator(
    engagements: Iterable[tuple[Engagement, int | None]], coordinator: User, *, by: User
) -> list[Engagement]:
    """Entrust engagements, each with the version that was read, to a coordinator: all of them or none.

    The refusal names each that may not be, with what `change_engagement` says of it.
    """
    changed, told = [], []
    for engagement, seen in sorted(engagements, key=lambda pair: pair[0].pk):
        try:
            changed.append(
                change_engagement(engagement, {"coordinator": coordinator}, by=by, seen=seen)
            )
        except Refused as refused:
            told += [f"{engagement.title}{colon()} {sentence}" for sentence in refused.messages]
    if told:
        raise Refused({"chosen": told})
    return changed


@dataclass(frozen=True)
class StageMove:
    """Where an engagement goes.

    `reason` is why it is stopped, or why somebody with the right lets it pass the gates that it does not meet.
    `post_mortem` holds the TEXTS without which nothing is stopped. With `ends_assignments`, what the apps above have
    open in an engagement that is stopped ends on the same day.
    """

    to: str
    reason: str = ""
    post_mortem: Mapping[str, str] | None = None
    ends_assignments: bool = False


@transaction.atomic
def move_stage(
    engagement: Engagement, move: StageMove, *, by: User, at: datetime, seen: int | None = None
) -> Engagement:
    """Move to another stage, through its gates; MoveRefused says what is missing."""
    endings = ENDINGS if move.to == Stage.STOPPED and move.ends_assignments else []
    for ending in endings:
        ending.hold(engagement)
    engagement = lock(engagement)
    write.refuse_if_stale(engagement, seen)
    today = timezone.localdate(at)
    to, current = Stage(move.to), Stage(engagement.stage)
    if to not in MOVES[current]:
        raise MoveRefused({"to": _why_not(current, to)})
    if to == Stage.STOPPED:
        stopped = _stop(engagement, move, by=by, today=today)
        for ending in endings:
            ending.end(engagement, by=by, today=today)
        return stopped
    _go_through_gates(engagement, move, by=by, at=at)
    engagement.stage, engagement.stage_entered_on = to, today
    if to == Stage.AUTONOMOUS:
        plan_checks(engagement, today=today, by=by)
    return write.save(
        engagement,
        by=by,
        why=because("Moved to %(stage)s", stage=to.label),
        fields=["stage", "stage_entered_on"],
    )


def _why_not(current: Stage, to: Stage) -> str:
    if current == Stage.AUTONOMOUS:
        return _(
            "This organisation stands alone: its engagement is not opened again, so that its figures stay true. "
            "Open a new engagement for what is needed now."
        )
    return _("An engagement in %(from)s cannot go to %(to)s.") % {
        "from": current.label,
        "to": to.label,
    }


def _go_through_gates(engagement: Engagement, move: StageMove, *, by: User, at: datetime) -> None:
    """Refuse what the gates of the stage miss, or, for who may let it pass, write down each of them."""
    missing = missing_for(engagement, Stage(move.to), timezone.localdate(at))
    if not missing:
        return
    if not (move.reason.strip() and permissions.can_pass_gate(by, engagement)):
        raise MoveRefused({"to": [missed.sentence for missed in missing]})
    for key, sentence, _place in missing:
        GatePass.objects.create(
            engagement=engagement,
            stage=move.to,
            gate=key,
            sentence=sentence,
            reason=move.reason.strip(),
            passed_by=by,
            passed_at=at,
        )


def _stop(engagement: Engagement, move: StageMove, *, by: User, today: date) -> Engagement:
    if not move.reason.strip():
        raise MoveRefused({"reason": _("Say why the engagement is stopped.")})
    if not move.post_mortem:
        raise MoveRefused(
            {"post_mortem": _("An engagement is stopped with a post-mortem: write it first.")}
        )
    texts = {name: move.post_mortem[name].strip() for name in TEXTS}
    post_mortem = PostMortem(engagement=engagement, **texts, written_by=by, written_on=today)
    write.save(post_mortem, by=by, why=because("Stopped"))
    _free_the_leads(engagement, by=by, today=today)
    engagement.stage, engagement.stage_entered_on = Stage.STOPPED, today
    engagement.stopped_on, engagement.stop_reason = today, move.reason.strip()
    return write.save(
        engagement,
        by=by,
        why=because("Stopped"),
        fields=["stage", "stage_entered_on", "stopped_on", "stop_reason"],
    )


def _free_the_leads(engagement: Engagement, *, by: User, today: date) -> None:
    """End the open appointments of a stopped engagement: from the next day on they may lead another full time."""
    for appointment in engagement.leads.exclude(ends_on__lte=today).order_by("pk"):
        if appointment.starts_on > today:
            _give_back(engagement, appointment, by)
            write.delete(appointment, by=by, why=because("Stopped"))
        else:
            appointment.ends_on = today
            write.save(appointment, by=by, why=because("Stopped"), fields=["ends_on"])


def _give_back(engagement: Engagement, appointment: LeadAppointment, by: User) -> None:
    """The coordinator takes the decisions and risks of a lead whose appointment never begins."""
    for records in (engagement.decisions, engagement.risks):
        for record in records.filter(owner_lead=appointment).order_by("pk"):
            record.owner, record.owner_lead = engagement.coordinator, None
            write.save(record, by=by, why=because("Stopped"), fields=["owner", "owner_lead"])


def _refuse_foreign_stand_in(contact: Contact | None, engagement: Engagement) -> None:
    if contact is not None and contact.organisation_id != engagement.beneficiary_id:
        raise Refused({"stand_in": _("Choose a contact of the supported organisation.")})


def _refuse_foreign_coordinator(coordinator: User, member: Organisation) -> None:
    roles = coordinator.memberships.current().filter(role=Role.COORDINATOR, organisation=member)
    if not roles.exists():
        raise Refused(
            {
                "coordinator": _("%(person)s is not a coordinator of %(member)s.")
                % {"person": coordinator, "member": member}
            }
        )
