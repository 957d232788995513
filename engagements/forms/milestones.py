from django import forms
from django.utils.translation import gettext_lazy as _

from crm.domain.request_states import BARRIERS
from crm.forms.fields import DayField, ModelForm, SeenField
from engagements.models import Milestone, Solution
from engagements.services.milestones import MilestonePlan


class MilestoneForm(ModelForm):
    seen = SeenField()
    planned_on = DayField(label=_("Planned for"))
    why = forms.CharField(
        label=_("Why it moves"),
        max_length=300,
        required=False,
        help_text=_("Stays in the history beside the dates."),
    )

    after = forms.ModelMultipleChoiceField(
        label=_("Waits for"),
        queryset=Milestone.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It cannot be done before these are."),
    )

    class Meta:
        model = Milestone
        fields = ["title", "planned_on", "owner"]

    def __init__(self, *args, people, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people
        self.fields["after"].queryset = others
        self.fields["after"].show_hidden_initial = True  # its history is not the milestone's own
        if not others:
            del self.fields["after"]
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
        else:
            del self.fields["why"], self.fields["seen"]

    def plan(self) -> MilestonePlan:
        data = self.cleaned_data
        return MilestonePlan(data["title"], data["planned_on"], data["owner"], data.get("after"))


class FinishForm(forms.Form):
    done_on = DayField(label=_("Done on"))
    seen = SeenField()


class AcceptForm(forms.Form):
    comment = forms.CharField(
        label=_("Comment"), max_length=2_000, required=False, widget=forms.Textarea
    )
    seen = SeenField()


class ReasonForm(forms.Form):
    why = forms.CharField(label=_("Reason"), max_length=300)
    seen = SeenField()


class MoveMilestoneForm(forms.Form):
    planned_on = DayField(label=_("Planned for"))
    why = forms.CharField(label=_("Why it moves"), max_length=300, required=False)
    seen = SeenField()


class PlanForm(forms.Form):
    """What a roadmap is proposed from; sent by GET."""

    kind = forms.ChoiceField(label=_("Kind of solution"), choices=Solution.Kind.choices)
    barriers = forms.MultipleChoiceField(
        label=_("Barriers to work on"),
        choices=[(name, words) for name, (words, _levels) in BARRIERS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    first_on = DayField(label=_("First day"))
