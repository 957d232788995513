"""A milestone moves, and those that wait for it move along; and back again, while nobody has changed them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.history import history_of
from crm.audit.reasons import Reason, because
from crm.domain.refusals import OtherFigures, Refused
from crm.models import User
from engagements.domain.roadmap import moved_along, waiting_for
from engagements.models import Dependency, Engagement, Milestone
from engagements.services.locks import lock_running


@dataclass(frozen=True)
class Follower:
    """A milestone that moves along: its key, its new day, and the version of it that was read (None: nobody looked)."""

    key: int
    planned_on: date
    seen: int | None = None


def followers_of(milestone: Milestone, planned_on: date) -> list[tuple[Milestone, date]]:
    """Who waits for it and is still open, with the day that each would move to; those that would stay are left out."""
    edges = Dependency.objects.filter(engagement=milestone.engagement_id)
    keys = waiting_for(milestone.pk, edges.values_list("milestone", "after"))
    waiting = Milestone.objects.filter(pk__in=keys).open().order_by("planned_on", "pk")
    moves = [
        (other, moved_along(other.planned_on, milestone.planned_on, planned_on))
        for other in waiting
    ]
    return [(other, day) for other, day in moves if day != other.planned_on]


@transaction.atomic
def move_milestone(
    milestone: Milestone,
    planned_on: date,
    *,
    along: Sequence[Follower] = (),
    by: User,
    why: str = "",
    seen: int | None = None,
) -> list[Milestone]:
    """Plan it for another day, with those of the ones that wait for it that move along: all of them or none.

    Gives those that moved, it first. What was planned first stays as it is.
    """
    engagement = lock_running(milestone.engagement)
    milestone = Milestone.objects.get(pk=milestone.pk)
    write.refuse_if_stale(milestone, seen)
    if milestone.done_on and planned_on != milestone.planned_on:
        raise Refused({"planned_on": _("This milestone is done: reopen it before you move it.")})
    others = _read_followers(milestone, along)
    reason: str | Reason = why or because("Moved")
    with_it: str | Reason = why or because("Moved along with “%(title)s”", title=milestone.title)
    moved = [_to(milestone, planned_on, engagement, "planned_on", by=by, why=reason)]
    moved += [
        _to(other, each.planned_on, engagement, "along", by=by, why=with_it)
        for other, each in others
    ]
    return moved


def _read_followers(
    milestone: Milestone, along: Sequence[Follower]
) -> list[tuple[Milestone, Follower]]:
    """The rows of those that move along, as they were read: open, and waiting for it."""
    edges = Dependency.objects.filter(engagement=milestone.engagement_id)
    waiting = waiting_for(milestone.pk, edges.values_list("milestone", "after")) if along else ()
    rows = Milestone.objects.open().in_bulk([each.key for each in along])
    for each in along:
        if each.key not in waiting or each.key not in rows:
            raise Refused({"along": _("Only those that wait for it and are open move along.")})
        if each.seen is not None and rows[each.key].version != each.seen:
            sentence = _(
                "“%(title)s” was changed since you read its dates: read them again, then move."
            )
            raise OtherFigures(sentence % {"title": rows[each.key].title})
    return [(rows[each.key], each) for each in along]


def _to(
    milestone: Milestone,
    day: date,
    engagement: Engagement,
    field: str,
    *,
    by: User,
    why: str | Reason,
) -> Milestone:
    if day < engagement.started_on:
        raise Refused({field: _("A milestone cannot come before the engagement starts.")})
    milestone.planned_on = day
    return write.save(milestone, by=by, why=why, fields=["planned_on"])


@transaction.atomic
def take_move_back(
    milestone: Milestone, *, seen: int | None, along: Sequence[tuple[int, int]] = (), by: User
) -> list[Milestone]:
    """Put the days back that a move has changed, all of them or none; Refused once somebody changed one of them.

    `seen` and the pairs (key, version) in `along` say which versions the move has made.
    """
    engagement = lock_running(milestone.engagement)
    versions = dict(along) | ({milestone.pk: seen} if seen is not None else {})
    rows = list(engagement.milestones.filter(pk__in=versions).order_by("planned_on", "pk"))
    days = days_before(rows)
    changed = [row for row in rows if row.version != versions[row.pk] or row.done_on]
    if changed or len(rows) != len(versions) or set(days) != set(versions):
        titles = ", ".join(row.title for row in changed or [milestone])
        sentence = _("Somebody has changed %(titles)s since, so the dates stay as they are.")
        raise Refused(sentence % {"titles": titles})
    for row in rows:
        row.planned_on = days[row.pk]
        write.save(row, by=by, why=because("The move was taken back"), fields=["planned_on"])
    return rows


def days_before(rows: Sequence[Milestone]) -> dict[int, date]:
    """The day that each was planned for in its version before this one, by its key."""
    history = history_of(Milestone).filter(id__in=[row.pk for row in rows])
    versions = {row.pk: row.version for row in rows}
    days = {}
    older = history.order_by("version", "history_id").values_list("id", "version", "planned_on")
    for key, version, planned_on in older:
        if version < versions[key]:
            days[key] = planned_on
    return days
