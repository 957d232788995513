from django import forms
from django.utils.translation import gettext_lazy as _

from crm.identifiers import validate_siren


class SampleForm(forms.Form):
    """What the style page shows: a field with its help, one that may be wrong, a tick."""

    title = forms.CharField(label=_("Title"), help_text=_("Short: it stands in lists."))
    siren = forms.CharField(label="SIREN", validators=[validate_siren])
    opens_blocker = forms.BooleanField(label=_("Open a blocker"), required=False)


class SampleWeekForm(forms.Form):
    """What a form for a phone is made of, as the style page shows it."""

    half_days = forms.ChoiceField(
        label=_("Monday"),
        choices=[("0", "0"), ("1", "½"), ("2", "1")],
        widget=forms.RadioSelect,
        initial="1",
    )
    planned = forms.BooleanField(label=_("Add a milestone"))
    done = forms.CharField(label=_("Title"), widget=forms.Textarea(attrs={"rows": 1}))
    blocked = forms.CharField(
        label=_("What blocks"), widget=forms.Textarea(attrs={"rows": 1, "placeholder": " "})
    )
    opens_blocker = forms.BooleanField(label=_("Open a blocker"))


REFUSED = {"refused-siren": "200034582"}
