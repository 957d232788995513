from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, SeenField
from engagements.models import Milestone


class MilestoneForm(forms.ModelForm):
    seen = SeenField()
    planned_on = DayField(label=_("Planned for"))
    why = forms.CharField(
        label=_("Why it moves"), max_length=300, required=False, help_text=_("Stays in the history beside the dates.")
    )

    class Meta:
        model = Milestone
        fields = ["title", "planned_on", "owner"]

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
        else:
            del self.fields["why"], self.fields["seen"]


class FinishForm(forms.Form):
    done_on = DayField(label=_("Done on"))
    seen = SeenField()


class AcceptForm(forms.Form):
    comment = forms.CharField(label=_("Comment"), max_length=2_000, required=False, widget=forms.Textarea)
    seen = SeenField()


class ReasonForm(forms.Form):
    why = forms.CharField(label=_("Reason"), max_length=300)
