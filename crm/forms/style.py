from django import forms
from django.utils.translation import gettext_lazy as _

from crm.identifiers import validate_siren


class SampleForm(forms.Form):
    """What the style page shows: a field with its help, one that may be wrong, a tick."""

    title = forms.CharField(label=_("Title"), help_text=_("Short: it stands in lists."))
    siren = forms.CharField(label="SIREN", validators=[validate_siren])
    opens_blocker = forms.BooleanField(label=_("Open a blocker"), required=False)


REFUSED = {"refused-siren": "200034582"}
