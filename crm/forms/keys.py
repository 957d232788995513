from django import forms
from django.utils.translation import gettext_lazy as _

from crm.display.keys import AREA_LABELS, days_label
from crm.domain.keys import DAYS
from crm.services.keys import KeyPlan


class KeyForm(forms.Form):
    """What a key is for. It reads only, and all that its owner may, unless the form says otherwise."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        help_text=_("The program that gets it, so that you know later which one to revoke."),
    )
    days = forms.TypedChoiceField(label=_("Good for"), coerce=int, initial=90)
    may_write = forms.BooleanField(
        label=_("It may also change what is there"),
        required=False,
        help_text=_("Otherwise it reads only."),
    )
    areas = forms.MultipleChoiceField(
        label=_("What it opens"),
        choices=list(AREA_LABELS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All that you may open, where nothing is ticked."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [(days, days_label(days)) for days in DAYS]

    @property
    def plan(self):
        return KeyPlan(**self.cleaned_data | {"areas": tuple(self.cleaned_data["areas"])})
