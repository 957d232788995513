from django import forms
from django.utils.translation import gettext_lazy as _

from impact.models import Indicator


class ReadForm(forms.Form):
    """The moment of the newest change that the person had before them."""

    upto = forms.DateTimeField()


class CompareForm(forms.Form):
    indicator = forms.ModelChoiceField(label=_("Indicator"), queryset=Indicator.objects.none())

    def __init__(self, *args, indicators, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = indicators
