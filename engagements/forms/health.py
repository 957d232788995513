from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, ModelForm, SeenField
from engagements.models import HealthOverride, HealthRule, Pause
from engagements.services.health import HandSetLevel


class HealthRuleForm(ModelForm):
    seen = SeenField()

    class Meta:
        model = HealthRule
        fields = ["days", "weight", "is_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # 1 for a rule as Relais comes: its first change writes it down with that version.
        self.fields["seen"].initial = self.instance.version


class OverrideForm(ModelForm):
    seen = SeenField()
    until = DayField(
        label=_("Until"), help_text=_("At most 90 days ahead; it then ends by itself.")
    )

    class Meta:
        model = HealthOverride
        fields = ["level", "until", "reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}

    def setting(self) -> HandSetLevel:
        data = self.cleaned_data
        return HandSetLevel(data["level"], data["reason"], data["until"])


class PauseForm(ModelForm):
    starts_on = DayField(label=_("From"))
    ends_on = DayField(
        label=_("Until"), required=False, help_text=_("Empty: as long as nobody ends it.")
    )

    class Meta:
        model = Pause
        fields = ["starts_on", "ends_on", "reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}


class ResumeForm(forms.Form):
    seen = SeenField()
    ends_on = DayField(label=_("Last day of the pause"))
