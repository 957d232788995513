"""The one way into the database for whatever a person changes, so that history says who, when and why.

Field rules and constraints are checked here as well, whoever calls: a page, the API, a command, an import.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.db.models.functions import Coalesce
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from crm.audit.history import changes_between, column_of, history_of
from crm.audit.reasons import Reason
from crm.audit.tracking import Versioned
from crm.domain import made
from crm.domain.formatting import colon
from crm.domain.refusals import ChangedSinceRead, OtherFigures, Refused, Stale, Unread, in_words
from crm.text import NormalisedField

Row = TypeVar("Row", bound=models.Model)


def save(
    instance: Row,
    *,
    by: AbstractBaseUser | None,
    why: str | Reason,
    fields: Iterable[str] | None = None,
    stamps: Sequence[str] = (),
    beside: bool = False,
) -> Row:
    """Check and save one row, with who changed it and why; Refused where a rule of the model does not allow it.

    `fields` names the columns that may have changed, so that no other is overwritten; None is all of them. Where they
    hold what is saved already, nothing happens: no new version, no history row.
    `stamps` are columns that go along with a change and are none by themselves, such as the day on which it was
    written. `beside` says that rows that hang from this one change with it: then the change counts although the
    columns stay as they are.

    A new row is only ever inserted: where its key was taken meanwhile, the database refuses it.
    """
    check(instance)
    columns = None if fields is None else list(fields)
    if columns is not None:
        columns += [name for name in stamps if name not in columns]
    if not (instance._state.adding or beside) and _is_saved_already(instance, columns, stamps):
        return instance
    if columns is not None:
        columns += _following(instance, columns)
    if isinstance(instance, Versioned) and not instance._state.adding:
        instance.version += 1
        if columns is not None:
            columns.append("version")
    with _signed(instance, by, why):
        inserts = instance._state.adding and columns is None
        instance.save(force_insert=inserts, update_fields=columns)
    return instance


def changes_nothing(instance: models.Model, facts: Mapping[str, Any]) -> bool:
    """Whether {field: value}, of any type, is what a row that was just read holds already."""
    return all(
        _value_of(instance, name) == getattr(value, "pk", value) for name, value in facts.items()
    )


def _value_of(instance: models.Model, name: str) -> Any:
    """What the column holds, of whichever type; the key where it is a relation."""
    return getattr(instance, column_of(instance, name).attname)


def _is_saved_already(
    instance: models.Model, names: Sequence[str] | None, stamps: Sequence[str]
) -> bool:
    """Whether the named columns hold what the saved row does; then its stamps are put back to those of that row."""
    columns = [
        field
        for field in instance._meta.concrete_fields
        if (names is None or field.name in names)
        and not (field.primary_key or field.name == "version" or isinstance(field, NormalisedField))
    ]
    # Not type(instance): the user of a request is a lazy object.
    rows = instance.__class__._base_manager
    saved = rows.filter(pk=instance.pk).values(*(field.attname for field in columns)).first()
    if saved is None:
        return False
    if any(
        getattr(instance, field.attname) != saved[field.attname]
        for field in columns
        if field.name not in stamps
    ):
        return False
    for field in columns:
        if field.name in stamps:
            setattr(instance, field.attname, saved[field.attname])
    return True


def note(instance: Row, *, by: AbstractBaseUser | None, why: str | Reason) -> Row:
    """A history row and a new version, for a change in rows that hang from this one and none in its own columns."""
    if isinstance(instance, Versioned):
        instance.version += 1
    with _signed(instance, by, why):
        instance.save(update_fields=["version"] if isinstance(instance, Versioned) else [])
    return instance


def delete(instance: models.Model, *, by: AbstractBaseUser | None, why: str | Reason) -> None:
    with _signed(instance, by, why):
        instance.delete()


def bulk_create(
    instances: Iterable[Row], *, by: AbstractBaseUser | None, why: str | Reason
) -> list[Row]:
    """Save many new rows of one model, each with its history row."""
    instances = list(instances)
    if not instances:
        return []
    for instance in instances:
        check(instance, constraints=False)
    return bulk_create_with_history(
        instances,
        type(instances[0]),
        batch_size=500,
        default_user=by,
        default_change_reason=_checked(why),
    )


def bulk_update(
    instances: Iterable[models.Model],
    fields: Sequence[str],
    *,
    by: AbstractBaseUser | None,
    why: str | Reason,
) -> None:
    """Save some columns of many rows of one model, each with its history row."""
    instances = list(instances)
    for instance in instances:
        check(instance, constraints=False)
        for name in _following(instance, fields):
            column_of(instance, name).pre_save(instance, add=False)
    if instances:
        fields = [*fields, *_following(instances[0], fields)]
        bulk_update_with_history(
            instances,
            type(instances[0]),
            fields,
            batch_size=500,
            default_user=by,
            default_change_reason=_checked(why),
        )


def repoint(
    rows: Sequence[models.Model],
    name: str,
    to: models.Model,
    *,
    by: AbstractBaseUser | None,
    why: str | Reason,
) -> None:
    """Have some rows of one model point to another row, each with a new version and its history row.

    What else they hold is not judged anew. Rows of a model without history are changed without one.
    """
    if not rows:
        return
    columns = [name]
    for row in rows:
        setattr(row, name, to)
        if isinstance(row, Versioned):
            row.version += 1
            columns = [name, "version"]
    model = type(rows[0])
    if hasattr(model, "history"):
        bulk_update_with_history(
            rows,
            model,
            columns,
            batch_size=500,
            default_user=by,
            default_change_reason=_checked(why),
        )
    else:
        model._base_manager.bulk_update(rows, columns, batch_size=500)


def check(instance: models.Model, constraints: bool = True) -> None:
    """Raise Refused, field by field, where the model's own rules do not allow the row.

    Relations are left out: services get them from a queryset that was scoped to the person, so they exist.
    """
    if instance._state.adding:
        made.note(instance)
    try:
        _check(instance, constraints)
    except ValidationError as error:
        raise Refused(in_words(error).error_dict) from error


def _check(instance: models.Model, constraints: bool) -> None:
    _check_storable(instance)
    relations = {field.name for field in instance._meta.concrete_fields if field.is_relation}
    instance.clean_fields(exclude=relations)
    instance.clean()
    if constraints:
        instance.validate_constraints()


def _check_storable(instance: models.Model) -> None:
    """PostgreSQL cannot store a null character. Forms refuse it in the same words; here it is whoever calls."""
    errors = {}
    for field in instance._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and not isinstance(
            field, NormalisedField
        ):
            try:
                ProhibitNullCharactersValidator()(getattr(instance, field.attname))
            except ValidationError as error:
                errors[field.name] = error
    if errors:
        raise ValidationError(errors)


def refuse_if_stale(instance: Versioned | None, seen: int | None) -> None:
    """Raise Stale where the row has another version than the one that the person had before them.

    `seen` is that version, 0 where there was no row yet, None where nobody looked at a form before. `instance` is None
    where there is no row yet, as with a row of which there is one at most.
    """
    if seen is not None and instance is not None and instance.version != seen:
        raise Stale(instance)


def mark_of(instance: models.Model | None) -> int:
    """Stands for the version of a row that counts none: the key of its newest history row, 0 where there is no row."""
    if instance is None:
        return 0
    rows = history_of(instance).order_by("-history_id")
    return rows.values_list("history_id", flat=True).first() or 0


def with_marks(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Each row with `mark`, its `mark_of`. `Any`: rows of whichever tracked model, with a column more than it has."""
    newest = history_of(rows.model).filter(**{rows.model._meta.pk.attname: models.OuterRef("pk")})
    newest = newest.order_by("-history_id").values("history_id")[:1]
    return rows.annotate(mark=Coalesce(models.Subquery(newest), 0))


def refuse_if_marked_since(instance: models.Model | None, mark: int | None) -> None:
    """`refuse_if_stale` of a row that counts no versions; `mark` is what `mark_of` gave when it was read."""
    if mark is not None and instance is not None and mark_of(instance) != mark:
        # What the form sends back from now on, as if the row counted versions.
        instance.version = mark_of(instance)  # type: ignore[attr-defined]
        raise Stale(instance)


def refuse_unread(instance: Versioned, seen: int | None) -> None:
    """Whoever approves, agrees, signs, accepts, confirms or publishes says which version they have read.

    Unread where they do not say; ChangedSinceRead, with what changed, where there is a newer one.
    """
    if seen is None:
        raise Unread
    if instance.version != seen:
        raise ChangedSinceRead(instance, _changes_since(instance, seen))


def refuse_other_seal(seal: str, seen: str | None, sentence: str) -> None:
    """`refuse_unread` where several rows are read: `seen` is the seal of what was read, `seal` of what there is now."""
    if not seen:
        raise Unread
    if seal != seen:
        raise OtherFigures(sentence)


def _changes_since(instance: Versioned, version: int) -> list[str]:
    """What changed since a version, a line each: columns that people write, or else the reasons in the history."""
    rows = list(
        history_of(instance).filter(version__gte=version).order_by("-version", "-history_id")
    )
    if not rows or rows[-1].version != version:
        return []
    labels = {str(field.verbose_name) for field in instance._meta.concrete_fields if field.editable}
    changes = [change for change in changes_between(rows[-1], rows[0]) if change.field in labels]
    if changes:
        return [
            f"{change.field}{colon()} {change.before or '—'} → {change.after or '—'}"
            for change in changes
        ]
    return list(
        dict.fromkeys(
            row.history_change_reason for row in rows[-2::-1] if row.history_change_reason
        )
    )


@contextmanager
def _signed(
    instance: models.Model, by: AbstractBaseUser | None, why: str | Reason
) -> Iterator[None]:
    """Within, the row bears who changes it and why; simple-history copies both into the history row.

    Afterwards it bears neither: a later save of the same object is not signed by this one.
    """
    instance._history_user = by  # type: ignore[attr-defined]  # where simple-history looks for them
    instance._change_reason = _checked(why)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del instance._history_user, instance._change_reason  # type: ignore[attr-defined]


def _checked(why: str | Reason) -> str | Reason:
    """The reason, if it is of a kind that the history can put into each reader's language, or else a TypeError."""
    if not isinstance(why, str | Reason):
        raise TypeError(f"A reason is what a person typed, or because(…): not {why!r}.")
    return why


def _following(instance: models.Model, fields: Sequence[str]) -> list[str]:
    """Names of columns that are computed from the given ones and saved with them: texts for search, moments."""
    return [
        field.name
        for field in instance._meta.concrete_fields
        if set(getattr(field, "sources", ())) & set(fields) and field.name not in fields
    ]
