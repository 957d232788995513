"""Fields that every app's forms share."""

from decimal import ROUND_HALF_UP, Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.forms.models import ModelFormMetaclass
from django.utils.translation import gettext_lazy as _

from crm.domain import typed
from crm.domain.day_field import DayField
from crm.domain.refusals import in_words


class TypedNumber:
    """A number in a text field, parsed as people type it: in number fields browsers drop what they take for an error.

    `unit` is what may stand behind it: "85 000 €", "73 %".
    """

    widget = forms.TextInput
    inputmode = "decimal"

    def __init__(self, *, unit=None, is_signed=False, **kwargs):
        self.unit, self.is_signed = unit, is_signed
        super().__init__(**kwargs)

    def to_python(self, value):
        if isinstance(value, str):
            value = value.strip()  # only spaces are nothing
        if isinstance(value, str) and value:
            try:
                value = self.read(value, self.unit)
            except typed.Unreadable as unreadable:
                raise ValidationError(str(unreadable), code="invalid") from unreadable
        return super().to_python(value)

    def run_validators(self, value):
        try:
            super().run_validators(value)
        except ValidationError as error:
            raise in_words(error) from error

    def prepare_value(self, value):
        """The saved value, as its reader would type it."""
        is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return typed.written(value) if is_number else value

    def widget_attrs(self, widget):
        """Telephones show the keys of digits; these have no minus, so a number below zero gets all keys."""
        is_text = isinstance(widget, forms.TextInput) and not widget.is_hidden
        return {"inputmode": self.inputmode} if is_text and not self.is_signed else {}


class WholeField(TypedNumber, forms.IntegerField):
    read = staticmethod(typed.read_whole)
    inputmode = "numeric"


BEYOND_ANY_FIELD = Decimal(10) ** 20


class NumberField(TypedNumber, forms.DecimalField):
    """A number with more decimals than are kept, as a computed cell has when it is pasted, is never cut in silence:
    the field offers it rounded, and whoever sends it again has seen it.
    """

    read = staticmethod(typed.read_number)

    def to_python(self, value):
        number = super().to_python(value)
        if isinstance(value, str) and (rounded := self._rounded(number)) is not None:
            sentence = _(
                "“%(typed)s” has more decimals than are kept here: the field now says %(rounded)s. "
                "Send it again if that is right."
            )
            words = {"typed": typed.shown(value), "rounded": typed.written(rounded)}
            raise ValidationError(sentence, code="rounded", params=words)
        return number

    def bound_data(self, data, initial):
        data = super().bound_data(data, initial)
        try:
            rounded = self._rounded(self.read(data, self.unit)) if isinstance(data, str) else None
        except typed.Unreadable:
            return data
        return data if rounded is None else typed.written(rounded)

    def _rounded(self, number):
        """The number with the decimals that are kept; None where it has no more than that."""
        if number is None or self.decimal_places is None or abs(number) >= BEYOND_ANY_FIELD:
            return None
        rounded = number.quantize(Decimal(1).scaleb(-self.decimal_places), rounding=ROUND_HALF_UP)
        return None if rounded == number else rounded


def is_number(field):
    """Whether it is a model field that holds a number which people type."""
    return isinstance(field, models.DecimalField | models.IntegerField) and not field.choices


def typed_field(field, **kwargs):
    """The form field of a model field: numbers and days are parsed as people type them."""
    if is_number(field):
        bounds = [
            check.limit_value for check in field.validators if isinstance(check, MinValueValidator)
        ]
        kwargs = {
            "form_class": WholeField if isinstance(field, models.IntegerField) else NumberField,
            "unit": typed.UNIT_OF.get(field.name),
            "is_signed": not bounds or max(bounds) < 0,
        } | kwargs
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        kwargs = {"form_class": DayField} | kwargs
    form_field = field.formfield(**kwargs)
    if field.choices and type(form_field.widget) is forms.RadioSelect:
        form_field.choices = field.choices  # without the dashes of an empty list
    return form_field


class TypedModelForm(ModelFormMetaclass):
    def __new__(cls, name, bases, attrs):
        if "Meta" in attrs:
            attrs["Meta"].formfield_callback = typed_field
        return super().__new__(cls, name, bases, attrs)


class ModelForm(forms.ModelForm, metaclass=TypedModelForm):
    """A ModelForm whose numbers and days are parsed and shown as people write them."""

    def _update_errors(self, errors):
        super()._update_errors(in_words(errors))


class SeenField(forms.IntegerField):
    """The version that the person had before them when they opened the form; 0 where there was no row yet.

    A form without it counts as one opened when there was no row, and so overwrites nothing.
    """

    def __init__(self, **kwargs):
        super().__init__(
            widget=forms.HiddenInput, required=False, initial=0, max_value=2**31 - 1, **kwargs
        )

    def clean(self, value):
        return super().clean(value) or 0


class AskedField(forms.BooleanField):
    """A box to tick once a service has raised Asked: shown from then on (crm.forms.refusals.add_refusal)."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.HiddenInput, required=False, **kwargs)


class AnotherField(AskedField):
    """Ticked where a row that looks the same was found, and this one is another."""

    def __init__(self, **kwargs):
        super().__init__(label=_("It is another one: save it all the same"), **kwargs)


class SealField(forms.CharField):
    """SeenField for several rows at once: the seal of what was shown."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.HiddenInput, required=False, max_length=64, **kwargs)


class SealForm(forms.Form):
    """One button about several rows that were read; without their seal it counts as about old ones, and is refused."""

    seen = SealField()

    @property
    def seal(self):
        return self.cleaned_data["seen"] if self.is_valid() else ""


class SeenForm(forms.Form):
    """One button about a row that was read; without its version it counts as about an old one, and is refused."""

    seen = SeenField(min_value=1)

    @property
    def version(self):
        return (self.cleaned_data["seen"] or 0) if self.is_valid() else 0
