from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.domain.roles import Role
from engagements import permissions
from engagements.domain.stages import ENDINGS, MOVES, Stage, missing_for
from engagements.models import Engagement, GatePass, PostMortem
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


@transaction.atomic
def open_engagement(
    *,
    title,
    beneficiary,
    member,
    coordinator,
    started_on,
    by,
    need="",
    summary_fr="",
    summary_en="",
):
    """A new engagement in scoping. Its beneficiary is from then on a supported organisation."""
    _refuse_foreign_coordinator(coordinator, member)
    engagement = Engagement(
        title=title,
        beneficiary=beneficiary,
        member=member,
        coordinator=coordinator,
        stage=Stage.SCOPING,
        stage_entered_on=started_on,
        started_on=started_on,
        last_news_on=started_on,
        need=need,
        summary_fr=summary_fr,
        summary_en=summary_en,
    )
    write.save(engagement, by=by, why=because("Opened"))
    if not beneficiary.is_beneficiary:
        beneficiary.is_beneficiary = True
        write.save(
            beneficiary, by=by, why=because("Supported from now on"), fields=["is_beneficiary"]
        )
    return engagement


@transaction.atomic
def change_engagement(engagement, *, by, seen=None, **changes):
    """Change what EDITABLE names; `seen` is the version the person had before them."""
    engagement = lock(engagement)
    write.refuse_if_stale(engagement, seen)
    changes = {name: changes[name] for name in EDITABLE if name in changes}
    if "coordinator" in changes:
        _refuse_foreign_coordinator(changes["coordinator"], engagement.member)
    if "stand_in" in changes:
        _refuse_foreign_stand_in(changes["stand_in"], engagement)
    if "started_on" in changes and engagement.last_news_on == engagement.started_on:
        changes["last_news_on"] = changes["started_on"]  # the silence begins with the engagement
    for name, value in changes.items():
        setattr(engagement, name, value)
    return write.save(engagement, by=by, why=because("Changed"), fields=[*changes])


@transaction.atomic
def move_stage(
    engagement, *, to, by, at, reason="", post_mortem=None, seen=None, ends_assignments=False
):
    """Move to another stage, through its gates.

    `reason` is why it is stopped, or why somebody with the right lets it pass the gates it does not meet;
    `post_mortem` holds the TEXTS without which nothing is stopped; `ends_assignments` ends what is open in it that day.
    """
    endings = ENDINGS if to == Stage.STOPPED and ends_assignments else []
    for ending in endings:
        ending.hold(engagement)
    engagement = lock(engagement)
    write.refuse_if_stale(engagement, seen)
    today = timezone.localdate(at)
    to, current = Stage(to), Stage(engagement.stage)
    if to not in MOVES[current]:
        raise MoveRefused({"to": _why_not(current, to)})
    if to == Stage.STOPPED:
        stopped = _stop(engagement, reason=reason, post_mortem=post_mortem, by=by, today=today)
        for ending in endings:
            ending.end(engagement, by=by, today=today)
        return stopped
    _go_through_gates(engagement, to=to, reason=reason, by=by, at=at, today=today)
    engagement.stage, engagement.stage_entered_on = to, today
    if to == Stage.AUTONOMOUS:
        plan_checks(engagement, today=today, by=by)
    return write.save(
        engagement,
        by=by,
        why=because("Moved to %(stage)s", stage=to.label),
        fields=["stage", "stage_entered_on"],
    )


def _why_not(current, to):
    if current == Stage.AUTONOMOUS:
        return _(
            "This organisation stands alone: its engagement is not opened again, so that its figures stay true. "
            "Open a new engagement for what is needed now."
        )
    return _("An engagement in %(from)s cannot go to %(to)s.") % {
        "from": current.label,
        "to": to.label,
    }


def _go_through_gates(engagement, *, to, reason, by, at, today):
    missing = missing_for(engagement, to, today)
    if not missing:
        return
    if not (reason.strip() and permissions.can_pass_gate(by, engagement)):
        raise MoveRefused({"to": [sentence for _key, sentence in missing]})
    for key, sentence in missing:
        GatePass.objects.create(
            engagement=engagement,
            stage=to,
            gate=key,
            sentence=sentence,
            reason=reason.strip(),
            passed_by=by,
            passed_at=at,
        )


def _stop(engagement, *, reason, post_mortem, by, today):
    if not reason.strip():
        raise MoveRefused({"reason": _("Say why the engagement is stopped.")})
    if not post_mortem:
        raise MoveRefused(
            {"post_mortem": _("An engagement is stopped with a post-mortem: write it first.")}
        )
    texts = {name: post_mortem[name].strip() for name in TEXTS}
    written = PostMortem(engagement=engagement, **texts, written_by=by, written_on=today)
    write.save(written, by=by, why=because("Stopped"))
    _free_the_leads(engagement, by=by, today=today)
    engagement.stage, engagement.stage_entered_on = Stage.STOPPED, today
    engagement.stopped_on, engagement.stop_reason = today, reason.strip()
    return write.save(
        engagement,
        by=by,
        why=because("Stopped"),
        fields=["stage", "stage_entered_on", "stopped_on", "stop_reason"],
    )


def _free_the_leads(engagement, *, by, today):
    """Nobody goes on leading what is stopped: they may lead another engagement full time from the next day."""
    for appointment in engagement.leads.exclude(ends_on__lte=today).order_by("pk"):
        if appointment.starts_on > today:
            _give_back(engagement, appointment, by)
            write.delete(appointment, by=by, why=because("Stopped"))
        else:
            appointment.ends_on = today
            write.save(appointment, by=by, why=because("Stopped"), fields=["ends_on"])


def _give_back(engagement, appointment, by):
    """What was promised to a lead who never comes is the coordinator's."""
    for owned in (engagement.decisions, engagement.risks):
        for row in owned.filter(owner_lead=appointment).order_by("pk"):
            row.owner, row.owner_lead = engagement.coordinator, None
            write.save(row, by=by, why=because("Stopped"), fields=["owner", "owner_lead"])


def _refuse_foreign_stand_in(contact, engagement):
    if contact is not None and contact.organisation_id != engagement.beneficiary_id:
        raise Refused({"stand_in": _("Choose a contact of the supported organisation.")})


def _refuse_foreign_coordinator(coordinator, member):
    coordinates = coordinator.memberships.current().filter(
        role=Role.COORDINATOR, organisation=member
    )
    if not coordinates.exists():
        raise Refused(
            {
                "coordinator": _("%(person)s is not a coordinator of %(member)s.")
                % {"person": coordinator, "member": member}
            }
        )
