from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.domain.day_field import EARLIEST, LATEST
from crm.forms.fields import DayField, ModelForm
from volunteers.models import DayCorrection, DayDisagreement, MonthSheet


class MonthFilterForm(forms.Form):
    """Which month, in which state; a month that cannot be read is this month."""

    month = forms.CharField(required=False, max_length=7, widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Whatever the state")), *MonthSheet.State.choices],
    )

    def clean_month(self):
        try:
            month = date.fromisoformat(f"{self.cleaned_data['month']}-01")
        except ValueError:
            return None
        return month if EARLIEST < month < LATEST.replace(day=1) else None


class DisagreementForm(ModelForm):
    day = DayField(label=_("Day"))

    class Meta:
        model = DayDisagreement
        fields = ["day", "comment"]
        widgets = {"comment": forms.Textarea(attrs={"rows": 3})}


class CorrectionForm(ModelForm):
    day = DayField(label=_("Day"))

    class Meta:
        model = DayCorrection
        fields = ["day", "half_days", "reason"]
        widgets = {"half_days": forms.RadioSelect, "reason": forms.Textarea(attrs={"rows": 3})}
