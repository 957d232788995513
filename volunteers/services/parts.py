"""Who knows which part of a solution."""

from collections.abc import Iterable
from typing import TypeAlias

from django.db import transaction

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Stale
from crm.models import Contact, User
from volunteers.models import PartKnowledge, SolutionPart, Volunteer

Knower: TypeAlias = Volunteer | Contact
Level: TypeAlias = int | None  # of PartKnowledge.Level; None where they do not know it


@transaction.atomic
def save_part(
    part: SolutionPart,
    *,
    by: User,
    seen: int | None = None,
    knowledge: Iterable[tuple[Knower, Level]] = (),
) -> SolutionPart:
    """Save a part of the solution, and how well each of the people given knows it."""
    is_new = part._state.adding
    if is_new:
        write.save(part, by=by, why=because("Added"))
    else:
        part.version = _locked(part, seen).version
    changes = [_set_level(part, person, level, by) for person, level in knowledge]
    if is_new:
        return part
    return write.save(part, by=by, why=because("Changed"), fields=["name"], beside=any(changes))


@transaction.atomic
def know(
    part: SolutionPart, person: Knower, level: Level, *, by: User, seen: int | None = None
) -> PartKnowledge | None:
    """Set how well one person knows a part. The version of the part counts it."""
    locked = _locked(part, seen)
    if _set_level(locked, person, level, by):
        write.note(locked, by=by, why=because("Who knows what was changed"))
    return _row_of(part, person)


@transaction.atomic
def know_parts(
    levels: Iterable[tuple[SolutionPart, Level, Level]], person: Knower, *, by: User
) -> None:
    """What one person knows of several parts, at once: (part, its new level, the level that they had read) of each.

    The form says nothing of other people in these parts: what changed of them in the meantime refuses nothing.
    """
    changes = [(part, level, read) for part, level, read in levels if level != read]
    keys = [part.pk for part, _level, _read in changes]
    list(SolutionPart.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    if any(_level_of(part, person) not in (level, read) for part, level, read in changes):
        raise Stale(None)
    for part, level, _read in changes:
        know(part, person, level, by=by)


@transaction.atomic
def remove_part(part: SolutionPart, *, by: User, seen: int | None = None) -> None:
    _locked(part, seen)
    for row in part.knowledge.order_by("pk"):
        write.delete(row, by=by, why=because("Part removed"))
    write.delete(part, by=by, why=because("Removed"))


def _locked(part: SolutionPart, seen: int | None) -> SolutionPart:
    locked = SolutionPart.objects.select_for_update(of=("self",)).get(pk=part.pk)
    write.refuse_if_stale(locked, seen)
    return locked


def _row_of(part: SolutionPart, person: Knower) -> PartKnowledge | None:
    return PartKnowledge.objects.filter(part=part, **_of(person)).first()


def _of(person: Knower) -> dict[str, Knower]:
    """The person under the name of their column."""
    return {"contact" if isinstance(person, Contact) else "volunteer": person}


def _level_of(part: SolutionPart, person: Knower) -> Level:
    row = _row_of(part, person)
    return row.level if row else None


def _set_level(part: SolutionPart, person: Knower, level: Level, by: User) -> bool:
    """Whether that changed anything."""
    row = _row_of(part, person)
    if (row.level if row else None) == (level or None):
        return False
    if row is None and level:
        new = PartKnowledge(part=part, level=level, **_of(person))
        write.save(new, by=by, why=because("Level said"))
    elif row and level:
        row.level = level
        write.save(row, by=by, why=because("Changed"), fields=["level"])
    elif row:
        write.delete(row, by=by, why=because("Said no longer"))
    return True
