"""A refusal told in the form that was sent: at its fields, with what is saved now beside what was typed."""

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
    """What a service refuses within is told in the form, at its fields, and the rest of the block is left out."""
    try:
        yield
    except Refused as refused:
        add_refusal(form, refused)


def add_refusal(form, refused):
    """Put a refusal on its fields of a form; what the form does not have, or does not show, goes on top.

    A stale form keeps what was typed, is given the version that is saved now, and gets two lists of (label, value):
    `taken_over` of the fields that the person had not touched and somebody else changed, which now say the same;
    and `saved_now` of those that both changed. What a field tells of other rows than the form's own, the form's
    `saved_beside` compares; what a form says of rows that are not its own at all, its `show_saved_rows`.
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
    shown = {name for name, field in form.fields.items() if not field.widget.is_hidden}
    for field, errors in refused.error_dict.items():
        form.add_error(field if field in shown else None, ValidationError(errors))


def _show_what_is_saved(form, instance):
    """What the person did not touch becomes what is saved; what both changed stays as typed, beside what is saved."""
    if instance is None:
        form.saved_now, form.taken_over = [], []
        return
    read, untouched = _as_it_was_read(form, instance), _said_to_be_untouched(form)
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
        told = (field.label, _in_words(instance, name, saved))
        if name in untouched or (read is not None and _is_as_read(read, instance, name, typed)):
            _fill_in(form, name, field, saved)
            form.taken_over.append(told)
        else:
            form.saved_now.append(told)


def _as_it_was_read(form, instance):
    """The row of the history that the person had before them, or None."""
    seen = form.cleaned_data.get("seen")
    rows = getattr(instance, "history", None)
    if rows is None or not seen or not hasattr(rows.model, "version"):
        return None
    return rows.filter(version=seen).order_by("-history_id").first()


def _said_to_be_untouched(form):
    """Fields that the form sends twice, as it found them and as they are typed: what no history holds."""
    sent_twice = {name for name, field in form.fields.items() if field.show_hidden_initial}
    return sent_twice - set(form.changed_data) if sent_twice else set()


def _is_as_read(read, instance, name, typed):
    columns = {field.name: field.attname for field in instance._meta.concrete_fields}
    if name not in columns or not hasattr(read, columns[name]):
        return False
    return getattr(read, columns[name]) == (typed.pk if isinstance(typed, Model) else typed)


def _fill_in(form, name, field, value):
    """Put a value into the data of a bound form, as its widget would send it."""
    key, widget = form.add_prefix(name), field.widget
    if isinstance(value, set):
        form.data.setlist(key, [str(row.pk) for row in value])
    elif isinstance(widget, CheckboxInput):
        form.data.setlist(key, ["on"] if value else [])
    else:
        told = widget.format_value(field.prepare_value(value))
        form.data.setlist(
            key, told if isinstance(told, list) else ["" if told is None else str(told)]
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
