from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, ModelForm, SeenField
from crm.models import Organisation, User
from engagements.domain.stages import Stage
from engagements.models import Engagement


class EngagementCreateForm(ModelForm):
    started_on = DayField(label=_("Start"))

    class Meta:
        model = Engagement
        fields = [
            "title",
            "beneficiary",
            "member",
            "coordinator",
            "started_on",
            "need",
            "summary_fr",
            "summary_en",
        ]

    def __init__(self, *args, user, members, **kwargs):
        super().__init__(*args, **kwargs)
        organisations = Organisation.objects.visible_to(user)
        self.fields["beneficiary"].queryset = organisations.filter(is_member=False).order_by(
            "sort_name", "pk"
        )
        self.fields["beneficiary"].help_text = _("Not in the list? Add it to the directory first.")
        self.fields["member"].queryset = members
        self.fields["member"].initial = members.first()
        self.fields["coordinator"].queryset = User.objects.coordinating_beside(user)
        self.fields["coordinator"].initial = user


class EngagementChangeForm(ModelForm):
    seen = SeenField()
    started_on = DayField(label=_("Start"))

    class Meta:
        model = Engagement
        fields = [
            "title",
            "coordinator",
            "started_on",
            "running_cost_ceiling",
            "need",
            "summary_fr",
            "summary_en",
        ]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["coordinator"].queryset = User.objects.coordinating_beside(user)
        self.fields["seen"].initial = self.instance.version


class AssignForm(forms.Form):
    coordinator = forms.ModelChoiceField(label=_("Coordinator"), queryset=User.objects.none())
    chosen = forms.MultipleChoiceField(label=_("Engagements"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, user, chosen, versions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["coordinator"].queryset = User.objects.coordinating_beside(user)
        self.offer(chosen, versions)

    def offer(self, chosen, versions):
        """Each engagement with the version that is read of it, and with who coordinates it."""
        self.fields["chosen"].choices = [
            (
                f"{each.pk}:{versions[each.pk]}",
                f"{each.title}, {each.beneficiary.name} · {each.coordinator}",
            )
            for each in chosen
        ]
        self.fields["chosen"].initial = [value for value, _label in self.fields["chosen"].choices]

    def offer_anew(self, chosen):
        """As they are saved now, once it was told what changed meanwhile; what was ticked stays ticked."""
        ticked = {value.partition(":")[0] for value in self.cleaned_data["chosen"]}
        self.offer(chosen, {each.pk: each.version for each in chosen})
        self.data = self.data.copy()
        self.data.setlist(
            "chosen",
            [value for value in self.fields["chosen"].initial if value.partition(":")[0] in ticked],
        )


class MoveForm(forms.Form):
    to = forms.ChoiceField(choices=Stage.choices)
    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, required=False, widget=forms.Textarea
    )
    seen = SeenField()
