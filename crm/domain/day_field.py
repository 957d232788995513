"""A day as people type it: the one field of forms and of the filters beside them."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from crm.domain import typed
from crm.domain.refusals import in_words

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


class DayField(forms.DateField):
    """A day between 2000 and 2099, picked in the browser's own calendar."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)
        sentence = _("Give a date between 2000 and 2099.")
        self.validators += [
            MinValueValidator(EARLIEST, sentence),
            MaxValueValidator(LATEST, sentence),
        ]

    def run_validators(self, value):
        try:
            super().run_validators(value)
        except ValidationError as error:
            raise in_words(error) from error

    def to_python(self, value):
        """Where the browser has no calendar, a day is typed."""
        if isinstance(value, str):
            value = value.strip()  # only spaces are nothing
        if isinstance(value, str) and value:
            try:
                return typed.read_day(value)
            except typed.Unreadable as unreadable:
                raise ValidationError(str(unreadable), code="invalid") from unreadable
        return super().to_python(value)
