from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, SeenField
from crm.models import Contact


class StandInForm(forms.Form):
    stand_in = forms.ModelChoiceField(
        label=_("Stand-in"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=_("nobody"),
        help_text=_("Who answers while there is no lead. It does not count as a lead."),
    )
    seen = SeenField()

    def __init__(self, *args, contacts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stand_in"].queryset = contacts


class AsOfForm(forms.Form):
    on = DayField(label=_("As it was on"))


class SinceForm(forms.Form):
    since = DayField(label=_("Since"))

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_since(self):
        since = self.cleaned_data["since"]
        if since > self.today:
            raise forms.ValidationError(_("Choose today or a day in the past."))
        return since
