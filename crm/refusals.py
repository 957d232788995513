"""Refusals: sentences for the reader, the same in pages, API, commands and imports."""

from datetime import date

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Manager
from django.forms import CheckboxInput
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class Refused(ValidationError):
    """A service will not do it; the message says why, for the reader, with the field it is about.

    Refused("Sentence.") or Refused({"field": "Sentence."}).
    """


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


def tell(form, refused):
    """Put a refusal on its fields of a form; what the form does not have, or does not show, goes on top.

    A stale form keeps what was typed, is given the version that is saved now, and gets `saved_now`:
    [(label, value)] of the fields in which what is saved differs from what was typed. What a field tells of other
    rows than the form's own, the form's `saved_beside` compares.
    """
    if isinstance(refused, Stale):
        _show_what_is_saved(form, refused.instance)
    if isinstance(refused, Asked):
        form.fields[refused.box].widget = CheckboxInput()
    if isinstance(refused, Twins):
        form.twins = refused.twins
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    shown = {name for name, field in form.fields.items() if not field.widget.is_hidden}
    for field, errors in refused.error_dict.items():
        form.add_error(field if field in shown else None, ValidationError(errors))


def _show_what_is_saved(form, instance):
    form.data = form.data.copy()
    form.data[form.add_prefix("seen")] = instance.version
    form.saved_now = []
    for name, field in form.fields.items():
        if name != "seen" and hasattr(instance, name):
            saved = getattr(instance, name)
            typed = form.cleaned_data.get(name, saved)
            if isinstance(saved, Manager) and not hasattr(typed, "all"):
                form.saved_now += form.saved_beside(instance, name)
                continue
            if isinstance(saved, Manager):
                saved, typed = set(saved.all()), set(typed.all())
            if saved != typed:
                form.saved_now.append((field.label, _in_words(instance, name, saved)))


def _in_words(instance, name, saved):
    if isinstance(saved, set):
        return ", ".join(sorted(map(str, saved)))
    if isinstance(saved, bool):
        return str(_("yes") if saved else _("no"))
    if hasattr(instance, f"get_{name}_display"):
        return str(getattr(instance, f"get_{name}_display")())
    if isinstance(saved, date):
        return date_format(saved)
    return "" if saved is None else str(saved)


def by_field(refused):
    """{field: [sentences]} with the sentences about no field under `non_field_errors`."""
    if not hasattr(refused, "error_dict"):
        return {"non_field_errors": refused.messages}
    return {
        "non_field_errors" if field == NON_FIELD_ERRORS else field: ValidationError(errors).messages
        for field, errors in refused.error_dict.items()
    }
