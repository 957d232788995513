from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, ModelForm, SeenField
from volunteers.models import Skill, StaffingNeed


class NeedForm(ModelForm):
    seen = SeenField()
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))

    class Meta:
        model = StaffingNeed
        fields = ["skill", "level", "starts_on", "ends_on", "days_a_week", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["skill"].queryset = Skill.objects.by_name()
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
        else:
            del self.fields["seen"]
