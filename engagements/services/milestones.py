from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from engagements.models import Milestone
from engagements.services.locks import lock, lock_running
from engagements.services.roadmap import set_dependencies


@transaction.atomic
def add_milestone(engagement, *, title, planned_on, by, owner=None, after=()):
    engagement = lock_running(engagement)
    if planned_on < engagement.started_on:
        raise Refused({"planned_on": _("A milestone cannot come before the engagement starts.")})
    milestone = Milestone(
        engagement=engagement,
        title=title,
        owner=owner,
        planned_first_on=planned_on,
        planned_on=planned_on,
    )
    write.save(milestone, by=by, why=because("Added"))
    set_dependencies(milestone, after, by=by)
    return milestone


@transaction.atomic
def change_milestone(
    milestone, *, by, title, planned_on, owner=None, why="", after=None, seen=None
):
    """Rename it, give it to somebody, move it, or let it wait for others: what was planned first stays as it is."""
    engagement = lock_running(milestone.engagement)
    milestone = Milestone.objects.get(pk=milestone.pk)
    write.refuse_if_stale(milestone, seen)
    if milestone.done_on and planned_on != milestone.planned_on:
        raise Refused({"planned_on": _("This milestone is done: reopen it before you move it.")})
    if planned_on < engagement.started_on:
        raise Refused({"planned_on": _("A milestone cannot come before the engagement starts.")})
    moved = planned_on != milestone.planned_on
    milestone.title, milestone.planned_on, milestone.owner = title, planned_on, owner
    reason = why or (because("Moved") if moved else because("Changed"))
    waits = after is not None and set_dependencies(milestone, after, by=by)
    return write.save(
        milestone, by=by, why=reason, fields=["title", "planned_on", "owner"], beside=waits
    )


@transaction.atomic
def finish_milestone(milestone, *, done_on, today, by, seen=None):
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
def accept_milestone(milestone, *, today, by, seen, comment=""):
    """The lead's word that what was promised is there."""
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
def reopen_milestone(milestone, *, by, why, seen=None):
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
def remove_milestone(milestone, *, by, why, seen=None):
    lock_running(milestone.engagement)
    milestone = _locked(milestone, seen)
    if milestone.accepted_on is not None:
        raise Refused(_("An accepted milestone stays: it is part of what was agreed."))
    write.delete(milestone, by=by, why=why or because("Removed"))


def _locked(milestone, seen):
    lock(milestone.engagement)
    milestone = Milestone.objects.select_related("engagement").get(pk=milestone.pk)
    write.refuse_if_stale(milestone, seen)
    return milestone
