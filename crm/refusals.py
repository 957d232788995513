"""Refusals: sentences for the reader, the same in pages, API, commands and imports."""

from datetime import date
from decimal import Decimal
from itertools import chain

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Manager, Model
from django.forms import CheckboxInput
from django.utils.translation import gettext_lazy as _

from crm.templatetags.formats import day_text, number


class Refused(ValidationError):
    """A service will not do it; the message says why, for the reader, with the field it is about.

    Refused("Sentence.") or Refused({"field": "Sentence."}).
    """


class WrittenInt(int):
    """A whole number that is written for its reader, and still chooses a plural."""

    def __str__(self):
        return number(int(self))


def in_words(error):
    """The same error; the numbers and days in its sentences are written for the reader."""
    errors = chain.from_iterable(error.error_dict.values()) if hasattr(error, "error_dict") else error.error_list
    for each in errors:
        each.params = each.params and {name: _written(value) for name, value in each.params.items()}
    return error


def _written(value):
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return WrittenInt(value)
    if isinstance(value, Decimal | float):
        return number(value)
    return day_text(value) if isinstance(value, date) else value


class Stale(Refused):
    """Somebody saved the row since the person opened it."""

    def __init__(self, instance, words=""):
        self.instance = instance
        super().__init__(
            words
            or _(
                "Somebody else changed this while you were writing. Nothing of yours is lost: "
                "compare with what is saved now, then save again."
            ),
            code="stale",
        )


class Asked(Refused):
    """It is done once somebody says that it is meant: the API by the field `box`, a form by the box that then shows."""

    def __init__(self, box, sentences, field=None):
        self.box = box
        super().__init__({field or box: sentences})


class Twins(Asked):
    """Rows that look like the one to be saved, which is taken once one says that it is another.

    `twins` are (name, address of the page) for links on the page.
    """

    def __init__(self, field, sentence, twins):
        self.twins = twins
        super().__init__("is_another", sentence, field)


class Unread(Refused):
    """A word without saying of what: which version, or which figures, the person had before them."""

    def __init__(self):
        super().__init__(
            _("Say which version you have read: open it again, read it, then give your word."), code="unread"
        )


class ChangedSinceRead(Stale):
    """A word on what was changed after it had been read; `told` says what changed, a line each."""

    def __init__(self, instance, told=()):
        self.instance = instance
        sentence = _("This has changed since you read it: read it again, then give your word.")
        Refused.__init__(self, [ValidationError(sentence, code="stale"), *map(str, told)])


class OtherFigures(Refused):
    """What the person had read, told by its seal, is not what there is now."""

    def __init__(self, sentence):
        super().__init__(sentence, code="stale")


def tell(form, refused):
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
        form.data.setlist(key, told if isinstance(told, list) else ["" if told is None else str(told)])


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


def by_field(refused):
    """{field: [sentences]} with the sentences about no field under `non_field_errors`."""
    if not hasattr(refused, "error_dict"):
        return {"non_field_errors": refused.messages}
    return {
        "non_field_errors" if field == NON_FIELD_ERRORS else field: ValidationError(errors).messages
        for field, errors in refused.error_dict.items()
    }
