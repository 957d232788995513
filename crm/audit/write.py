"""The one way into the database for whatever a person changes, so that history says who, when and why.

Field rules and constraints are checked here as well, whoever calls: a page, the API, a command, an import.
"""

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from crm.audit.history import changes_between
from crm.audit.reasons import Reason
from crm.audit.tracking import Versioned
from crm.domain import made
from crm.domain.formatting import colon
from crm.domain.refusals import ChangedSinceRead, OtherFigures, Refused, Stale, Unread, in_words
from crm.text import NormalisedField


def save(instance, *, by, why, fields=None, stamps=(), beside=False):
    """Check and save one row; `fields` names what may have changed, so that nothing else is overwritten.

    Where all of it says what is saved already, nothing happened: no version, no history, and the row as it is.
    `stamps` are columns that go along with a change and are none themselves, as the day on which it was written;
    `beside` says that what hangs from the row changes with it, so that this counts although its columns stay.

    A new row is only ever inserted: where its key is taken meanwhile, the database refuses it.
    """
    check(instance)
    if fields is not None:
        fields = [*fields, *(name for name in stamps if name not in fields)]
    if not (instance._state.adding or beside) and _says_what_is_saved(instance, fields, stamps):
        return instance
    if fields is not None:
        fields = [*fields, *_following(instance, fields)]
    if isinstance(instance, Versioned) and not instance._state.adding:
        instance.version += 1
        fields = [*fields, "version"] if fields is not None else None
    _sign(instance, by, why)
    instance.save(force_insert=instance._state.adding and fields is None, update_fields=fields)
    return instance


def changes_nothing(instance, facts):
    """Whether {field: value} is what a row that was just read says already: then nothing follows from it."""
    return all(
        _value_of(instance, name) == getattr(value, "pk", value) for name, value in facts.items()
    )


def _value_of(instance, name):
    return getattr(instance, instance._meta.get_field(name).attname)


def _says_what_is_saved(instance, fields, stamps):
    """Its stamps are put back with it: they are of the change that there was."""
    columns = [
        field
        for field in instance._meta.concrete_fields
        if (fields is None or field.name in fields)
        and not (field.primary_key or field.name == "version" or isinstance(field, NormalisedField))
    ]
    rows = instance.__class__._base_manager  # not type(): the user of a request is a lazy object
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


def note(instance, *, by, why):
    """A line in the history, and a new version, for a change in what hangs from the row and none in its columns."""
    if isinstance(instance, Versioned):
        instance.version += 1
    _sign(instance, by, why)
    instance.save(update_fields=["version"] if isinstance(instance, Versioned) else [])
    return instance


def delete(instance, *, by, why):
    _sign(instance, by, why)
    instance.delete()


def bulk_create(instances, *, by, why):
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
        default_change_reason=_said(why),
    )


def bulk_update(instances, fields, *, by, why):
    """Save some columns of many rows of one model, each with its history row."""
    instances = list(instances)
    for instance in instances:
        check(instance, constraints=False)
        for name in _following(instance, fields):
            instance._meta.get_field(name).pre_save(instance, add=False)
    if instances:
        fields = [*fields, *_following(instances[0], fields)]
        bulk_update_with_history(
            instances,
            type(instances[0]),
            fields,
            batch_size=500,
            default_user=by,
            default_change_reason=_said(why),
        )


def check(instance, constraints=True):
    """Refuse, field by field, what the model's own rules do not allow.

    Relations are left out: services fetch them through a door, so they exist.
    """
    if instance._state.adding:
        made.note(instance)
    try:
        _check(instance, constraints)
    except ValidationError as error:
        raise Refused(in_words(error).error_dict) from error


def _check(instance, constraints):
    _check_storable(instance)
    relations = {field.name for field in instance._meta.concrete_fields if field.is_relation}
    instance.clean_fields(exclude=relations)
    instance.clean()
    if constraints:
        instance.validate_constraints()


def _check_storable(instance):
    """PostgreSQL cannot store a null character. Forms refuse it in the same words; here it is whoever calls."""
    wrong = {}
    for field in instance._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and not isinstance(
            field, NormalisedField
        ):
            try:
                ProhibitNullCharactersValidator()(getattr(instance, field.attname))
            except ValidationError as error:
                wrong[field.name] = error
    if wrong:
        raise ValidationError(wrong)


def refuse_if_stale(instance, seen):
    """`seen` is the version that the person had before them, 0 where there was no row; None where there was no form.

    The row that is there once and no more is asked in the same way before its first save: None is no row.
    """
    if seen is not None and instance is not None and instance.version != seen:
        raise Stale(instance)


def mark_of(instance):
    """Which state was read of a row that counts no versions: its newest entry in the history, 0 of no row."""
    if instance is None:
        return 0
    return (
        instance.history.order_by("-history_id").values_list("history_id", flat=True).first() or 0
    )


def refuse_if_marked_since(instance, mark):
    """`refuse_if_stale` of a row that counts no versions."""
    if mark is not None and instance is not None and mark_of(instance) != mark:
        instance.version = mark_of(instance)  # what a form gives back from now on
        raise Stale(instance)


def refuse_unread(instance, seen):
    """A word (approve, agree, sign, accept, confirm, publish) is given of the version that was read, and says which."""
    if seen is None:
        raise Unread
    if instance.version != seen:
        raise ChangedSinceRead(instance, _told_since(instance, seen))


def refuse_other_seal(seal, seen, sentence):
    """The same of a word on several rows: `seen` is the seal of what was read, `seal` that of what there is now."""
    if not seen:
        raise Unread
    if seal != seen:
        raise OtherFigures(sentence)


def _told_since(instance, version):
    """What changed since a version, a line each: what people write, or else the reasons that the history gives."""
    rows = list(instance.history.filter(version__gte=version).order_by("-version", "-history_id"))
    if not rows or rows[-1].version != version:
        return []
    written = {
        str(field.verbose_name) for field in instance._meta.concrete_fields if field.editable
    }
    changes = [change for change in changes_between(rows[-1], rows[0]) if change.field in written]
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


def _sign(instance, by, why):
    instance._history_user = by
    instance._change_reason = _said(why)


def _said(why):
    """What the product says is kept to be said in each reader's language: `because(…)`, never a text in one of them."""
    if not isinstance(why, str | Reason):
        raise TypeError(f"A reason is what a person typed, or because(…): not {why!r}.")
    return why


def _following(instance, fields):
    """Columns that are written along with their sources: what one searches by, and when a thing last happened."""
    return [
        field.name
        for field in instance._meta.concrete_fields
        if set(getattr(field, "sources", ())) & set(fields) and field.name not in fields
    ]
