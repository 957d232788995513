"""Fields that every app's forms share."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


class DayField(forms.DateField):
    """A day between 2000 and 2099, picked in the browser's own calendar."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)
        sentence = _("Give a date between 2000 and 2099.")
        self.validators += [MinValueValidator(EARLIEST, sentence), MaxValueValidator(LATEST, sentence)]


class SeenField(forms.IntegerField):
    """The version that the person had before them when they opened the form."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.HiddenInput, required=False, max_value=2**31 - 1, **kwargs)


class AnotherField(forms.BooleanField):
    """Said where a row that looks the same was found: shown from then on (crm.refusals.tell)."""

    def __init__(self, **kwargs):
        label = _("It is another one: save it all the same")
        super().__init__(widget=forms.HiddenInput, required=False, label=label, **kwargs)


class SealForm(forms.Form):
    """One button about figures that were read: who does not say which is refused as one who read old ones."""

    seen = forms.CharField(max_length=64)

    @property
    def seal(self):
        return self.cleaned_data["seen"] if self.is_valid() else ""


class SeenForm(forms.Form):
    """One button about what was read: who does not say which version that was is refused as one who read an old one."""

    seen = SeenField(min_value=1)

    @property
    def version(self):
        return (self.cleaned_data["seen"] or 0) if self.is_valid() else 0
