"""Who knows which part of a solution."""

from django.db import transaction

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Stale
from volunteers.models import PartKnowledge, SolutionPart


@transaction.atomic
def save_part(part, *, by, seen=None, knowledge=()):
    """A part of the solution, and how well whom knows it: `knowledge` is [(volunteer or contact, level or None)]."""
    is_new = part._state.adding
    if not is_new:
        held = SolutionPart.objects.select_for_update(of=("self",)).get(pk=part.pk)
        write.refuse_if_stale(held, seen)
        part.version = held.version
    if is_new:
        write.save(part, by=by, why=because("Added"))
    known = [_know(part, person, level, by) for person, level in knowledge]
    return (
        part
        if is_new
        else write.save(part, by=by, why=because("Changed"), fields=["name"], beside=any(known))
    )


@transaction.atomic
def know(part, person, level, *, by, seen=None):
    """How well one person knows a part; None: no longer. The version of the part counts it."""
    held = SolutionPart.objects.select_for_update(of=("self",)).get(pk=part.pk)
    write.refuse_if_stale(held, seen)
    if _know(held, person, level, by):
        write.note(held, by=by, why=because("Who knows what was changed"))
    return _row_of(part, person)


@transaction.atomic
def know_parts(levels, person, *, by):
    """What one person knows of several parts, at once: [(part, level or None, the level that they had read)].

    Of others in the same parts nothing was said, so what changed of them in the meantime refuses nothing.
    """
    said = [(part, level, read) for part, level, read in levels if level != read]
    keys = [part.pk for part, _level, _read in said]
    list(SolutionPart.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    if any(_level_of(part, person) not in (level, read) for part, level, read in said):
        raise Stale(None)
    for part, level, _read in said:
        know(part, person, level, by=by)


@transaction.atomic
def remove_part(part, *, by, seen=None):
    held = SolutionPart.objects.select_for_update(of=("self",)).get(pk=part.pk)
    write.refuse_if_stale(held, seen)
    for row in part.knowledge.order_by("pk"):
        write.delete(row, by=by, why=because("Part removed"))
    write.delete(part, by=by, why=because("Removed"))


def _row_of(part, person):
    return PartKnowledge.objects.filter(part=part, **{person._meta.model_name: person}).first()


def _level_of(part, person):
    row = _row_of(part, person)
    return row.level if row else None


def _know(part, person, level, by):
    """Whether that changed what was known."""
    field = person._meta.model_name
    row = _row_of(part, person)
    if (row.level if row else None) == (level or None):
        return False
    if row is None:
        write.save(
            PartKnowledge(part=part, level=level, **{field: person}),
            by=by,
            why=because("Level said"),
        )
    elif level:
        row.level = level
        write.save(row, by=by, why=because("Changed"), fields=["level"])
    else:
        write.delete(row, by=by, why=because("Said no longer"))
    return True
