from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import AskedField, SealField


class MergeForm(forms.Form):
    """The word of whoever has read what will be moved."""

    seen = SealField()
    are_one = AskedField(label=_("They are one all the same"))


class OtherForm(forms.Form):
    """The other one of a pair that are two."""

    other = forms.CharField(max_length=20, widget=forms.HiddenInput)


class FindForm(forms.Form):
    """By which name the other one is looked for."""

    q = forms.CharField(label=_("Name"), max_length=200, required=False)
