from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import User
from engagements.models import Engagement, Milestone
from engagements.services.locks import lock, lock_running
from engagements.services.roadmap import set_dependencies


@dataclass(frozen=True)
class MilestonePlan:
    """What is planned of a milestone: its day, its owner, and the milestones that it waits for (None: as they are)."""

    title: str
    planned_on: date
    owner: User | None = None
    after: Iterable[Milestone] | None = None


@transaction.atomic
def add_milestone(engagement: Engagement, plan: MilestonePlan, *, by: User) -> Milestone:
    engagement = lock_running(engagement)
    if plan.planned_on < engagement.started_on:
        raise Refused({"planned_on": _("A milestone cannot come before the engagement starts.")})
    milestone = Milestone(
        engagement=engagement,
        title=plan.title,
        owner=plan.owner,
        planned_first_on=plan.planned_on,
        planned_on=plan.planned_on,
    )
    write.save(milestone, by=by, why=because("Added"))
    set_dependencies(milestone, plan.after or (), by=by)
    return milestone


@transaction.atomic
def change_milestone(
    milestone: Milestone,
    plan: MilestonePlan,
    *,
    by: User,
    why: str = "",
    seen: int | None = None,
) -> Milestone:
    """Rename it, give it to somebody, move it, or let it wait for others: what was planned first stays as it is."""
    engagement = lock_running(milestone.engagement)
    milestone = Milestone.objects.get(pk=milestone.pk)
    write.refuse_if_stale(milestone, seen)
    moves = plan.planned_on != milestone.planned_on
    if milestone.done_on and moves:
        raise Refused({"planned_on": _("This milestone is done: reopen it before you move it.")})
    if plan.planned_on < engagement.started_on:
        raise Refused({"planned_on": _("A milestone cannot come before the engagement starts.")})
    milestone.title, milestone.planned_on, milestone.owner = plan.title, plan.planned_on, plan.owner
    reason = why or (because("Moved") if moves else because("Changed"))
    other_waits = plan.after is not None and set_dependencies(milestone, plan.after, by=by)
    fields = ["title", "planned_on", "owner"]
    return write.save(milestone, by=by, why=reason, fields=fields, beside=other_waits)


@transaction.atomic
def finish_milestone(
    milestone: Milestone, *, done_on: date, today: date, by: User, seen: int | None = None
) -> Milestone:
    milestone = _locked(milestone, seen)
    if milestone.done_on is not None:
        raise Refused(_("This milestone is done already: reopen it to change the day."))
    if done_on > today:
        raise Refused({"done_on": _("A milestone is done today or in the past.")})
    if done_on < milestone.engagement.started_on:
        raise Refused({"done_on": _("A milestone cannot come before the engagement starts.")})
    awaited = (
        Milestone.objects.open()
        .filter(awaited_by__milestone=milestone)
        .order_by("planned_on", "pk")
    )
    if awaited:
        titles = ", ".join(other.title for other in awaited)
        raise Refused(_("It waits for what is not done yet: %(titles)s.") % {"titles": titles})
    milestone.done_on = done_on
    return write.save(milestone, by=by, why=because("Done"), fields=["done_on"])


@transaction.atomic
def accept_milestone(
    milestone: Milestone, *, today: date, by: User, seen: int | None, comment: str = ""
) -> Milestone:
    """The lead's word that what was promised is there; `seen` is the version that they have read."""
    milestone = _locked(milestone, None)
    if milestone.done_on is None:
        raise Refused(_("Only a milestone that is done can be accepted."))
    if milestone.accepted_on is not None:
        raise Refused(_("This milestone is accepted already."))
    write.refuse_unread(milestone, seen)
    milestone.accepted_on, milestone.accepted_by, milestone.acceptance_comment = (
        today,
        by,
        comment.strip(),
    )
    return write.save(
        milestone,
        by=by,
        why=because("Accepted"),
        fields=["accepted_on", "accepted_by", "acceptance_comment"],
    )


@transaction.atomic
def reopen_milestone(
    milestone: Milestone, *, by: User, why: str, seen: int | None = None
) -> Milestone:
    """Take back that it is done, and its acceptance with it; the history keeps both."""
    lock_running(milestone.engagement)
    milestone = _locked(milestone, seen)
    if milestone.done_on is None:
        raise Refused(_("This milestone is open already."))
    milestone.done_on = milestone.accepted_on = milestone.accepted_by = None
    milestone.acceptance_comment = ""
    return write.save(
        milestone,
        by=by,
        why=why or because("Reopened"),
        fields=["done_on", "accepted_on", "accepted_by", "acceptance_comment"],
    )


@transaction.atomic
def send_milestone_back(milestone: Milestone, *, by: User, why: str, seen: int | None) -> Milestone:
    """Not yet: what waits to be accepted is open again, and the history says what is missing, in their words."""
    lock_running(milestone.engagement)
    milestone = _locked(milestone, None)
    if milestone.done_on is None:
        raise Refused(_("This milestone is open already."))
    if milestone.accepted_on is not None:
        raise Refused(_("This milestone is accepted already."))
    write.refuse_unread(milestone, seen)
    milestone.done_on = None
    return write.save(milestone, by=by, why=why, fields=["done_on"])


@transaction.atomic
def remove_milestone(milestone: Milestone, *, by: User, why: str, seen: int | None = None) -> None:
    lock_running(milestone.engagement)
    milestone = _locked(milestone, seen)
    if milestone.accepted_on is not None:
        raise Refused(_("An accepted milestone stays: it is part of what was agreed."))
    write.delete(milestone, by=by, why=why or because("Removed"))


def _locked(milestone: Milestone, seen: int | None) -> Milestone:
    """The milestone, read under its engagement's lock; Stale where it has another version than `seen`."""
    lock(milestone.engagement)
    milestone = Milestone.objects.select_related("engagement").get(pk=milestone.pk)
    write.refuse_if_stale(milestone, seen)
    return milestone
