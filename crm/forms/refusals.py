"""Refusals shown in the form that was sent: at its fields, with what is saved now beside what was typed."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Manager, Model
from django.forms import CheckboxInput
from django.utils.translation import gettext_lazy as _

from crm.domain.formatting import day_text, number
from crm.domain.refusals import Asked, DoneElsewhere, OtherFigures, Refused, Stale, Twins


@contextmanager
def refusals_in(form):
    """What a service refuses within the block is added to the form, at its fields; the rest of it is skipped."""
    try:
        yield
    except Refused as refused:
        add_refusal(form, refused)


def add_refusal(form, refused):
    """Put a refusal on its fields of a form; what the form does not have, or does not show, goes on top.

    A stale form keeps what was typed, is given the version that is saved now, and gets two lists of (label, value):
    `taken_over` of the fields that the person had not touched and somebody else changed, which now say the same;
    and `saved_now` of those that both changed. Fields about other rows than the form's own are compared by the form's
    `saved_beside(instance, name)`, and forms about rows of another kind altogether by its `show_saved_rows()`.
    """
    if isinstance(refused, Stale):
        _show_what_is_saved(form, refused.instance)
        if hasattr(form, "show_saved_rows"):
            form.show_saved_rows()
    if isinstance(refused, Asked):
        form.fields[refused.box].widget = CheckboxInput()
    if isinstance(refused, Twins):
        form.twins = refused.twins
    if isinstance(refused, DoneElsewhere):
        form.links = refused.links
    if isinstance(refused, OtherFigures):  # the page shows what there is now, with its seal
        form.data = form.data.copy()
        form.data[form.add_prefix("seen")] = form.get_initial_for_field(form.fields["seen"], "seen")
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    visible = {name for name, field in form.fields.items() if not field.widget.is_hidden}
    for field, errors in refused.error_dict.items():
        form.add_error(field if field in visible else None, ValidationError(errors))


def _show_what_is_saved(form, instance):
    """Fields that the person did not touch take what is saved; what both changed stays as typed, with it beside."""
    if instance is None:
        form.saved_now, form.taken_over = [], []
        return
    row_read, untouched = _row_that_was_read(form, instance), _untouched_fields(form)
    form.data = form.data.copy()
    form.data[form.add_prefix("seen")] = instance.version
    form.saved_now, form.taken_over = [], []
    for name, field in form.fields.items():
        if name == "seen" or not hasattr(instance, name):
            continue
        saved = getattr(instance, name)
        typed = form.cleaned_data.get(name, saved)
        if isinstance(saved, Manager) and not hasattr(typed, "all"):
            form.saved_now += form.saved_beside(instance, name)
            continue
        if isinstance(saved, Manager):
            saved, typed = set(saved.all()), set(typed.all())
        if saved == typed:
            continue
        label_and_value = (field.label, _in_words(instance, name, saved))
        if name in untouched or (
            row_read is not None and _is_as_read(row_read, instance, name, typed)
        ):
            _fill_in(form, name, field, saved)
            form.taken_over.append(label_and_value)
        else:
            form.saved_now.append(label_and_value)


def _row_that_was_read(form, instance):
    """The history row of the version that the person had before them, or None."""
    version = form.cleaned_data.get("seen")
    rows = getattr(instance, "history", None)
    if rows is None or not version or not hasattr(rows.model, "version"):
        return None
    return rows.filter(version=version).order_by("-history_id").first()


def _untouched_fields(form):
    """Names of the fields of which no history is kept and that the person left as they were.

    The form sends these twice, as it was opened and as they are now.
    """
    sent_twice = {name for name, field in form.fields.items() if field.show_hidden_initial}
    return sent_twice - set(form.changed_data) if sent_twice else set()


def _is_as_read(row_read, instance, name, typed):
    columns = {field.name: field.attname for field in instance._meta.concrete_fields}
    if name not in columns or not hasattr(row_read, columns[name]):
        return False
    return getattr(row_read, columns[name]) == (typed.pk if isinstance(typed, Model) else typed)


def _fill_in(form, name, field, value):
    """Put a value into the data of a bound form, as its widget would send it."""
    key, widget = form.add_prefix(name), field.widget
    if isinstance(value, set):
        form.data.setlist(key, [str(row.pk) for row in value])
    elif isinstance(widget, CheckboxInput):
        form.data.setlist(key, ["on"] if value else [])
    else:
        formatted = widget.format_value(field.prepare_value(value))
        form.data.setlist(
            key,
            formatted
            if isinstance(formatted, list)
            else ["" if formatted is None else str(formatted)],
        )


def _in_words(instance, name, saved):
    if isinstance(saved, set):
        return ", ".join(sorted(map(str, saved)))
    if isinstance(saved, bool):
        return str(_("yes") if saved else _("no"))
    if hasattr(instance, f"get_{name}_display"):
        return str(getattr(instance, f"get_{name}_display")())
    if isinstance(saved, date):
        return day_text(saved)
    if isinstance(saved, int | float | Decimal):
        return number(saved)
    return "" if saved is None else str(saved)
