from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, SeenField
from volunteers.models import Assignment, Volunteer


class AssignmentForm(forms.ModelForm):
    seen = SeenField()
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))

    class Meta:
        model = Assignment
        fields = ["volunteer", "role", "starts_on", "ends_on", "days_a_week"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["volunteer"]
            self.fields["seen"].initial = self.instance.version
        else:
            del self.fields["seen"]
            self.fields["volunteer"].queryset = Volunteer.objects.visible_to(user).for_list()
