from django import forms
from django.utils.translation import gettext_lazy as _

from crm.domain.request_states import BARRIERS
from crm.forms.fields import DayField, ModelForm, SealField, SeenField
from engagements.models import (
    BarrierAssessment,
    Drill,
    ExitOutcome,
    OwnershipItem,
    RunningCost,
    SurvivalCheck,
)
from engagements.services.handover import BarrierAnswers, SignedWord
from engagements.services.survival import SurvivalAnswer

LEVELS = range(5)
YES_NO = [(True, _("yes")), (False, _("no"))]


class EngagementPartForm(ModelForm):
    """A part of an engagement; `seen` is the version that the person had before them."""

    seen = SeenField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version


class RunningCostForm(EngagementPartForm):
    conditions = {
        "free_until": _("(required for free credits)"),
        "decision": _("(required above the agreed ceiling)"),
    }
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"), required=False)
    free_until = DayField(
        label=_("Free until"),
        required=False,
        help_text=_(
            "The last day covered by free credits or a gift; the price is due from the next day on."
        ),
    )
    decision = forms.CharField(
        label=_("Decision, if it goes above the agreed ceiling"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who decided it, and why. It is kept among the decisions."),
    )

    class Meta:
        model = RunningCost
        fields = [
            "kind",
            "label",
            "quantity",
            "unit_price",
            "period",
            "payer",
            "starts_on",
            "ends_on",
            "free_until",
        ]


class DrillForm(EngagementPartForm):
    conditions = {
        "name": _("(required for a trial of your own)"),
        "evidence": _("(required if done alone, here or as an address)"),
        "evidence_url": _("(required if done alone, here or in words)"),
    }
    done_on = DayField(label=_("Day"))

    class Meta:
        model = Drill
        fields = ["kind", "name", "done_on", "done_by", "outcome", "evidence", "evidence_url"]
        widgets = {"outcome": forms.RadioSelect, "evidence": forms.Textarea(attrs={"rows": 3})}


class OwnershipForm(EngagementPartForm):
    conditions = {"holder_name": _("(required if somebody else holds it)")}
    since = DayField(label=_("Since"))

    class Meta:
        model = OwnershipItem
        fields = ["kind", "label", "holder", "holder_name", "since", "where"]


class ExitOutcomeForm(EngagementPartForm):
    class Meta:
        model = ExitOutcome
        fields = ["legitimacy", "skills", "comment"]
        widgets = {
            "legitimacy": forms.RadioSelect,
            "skills": forms.RadioSelect,
            "comment": forms.Textarea(attrs={"rows": 3}),
        }


class AssessmentForm(EngagementPartForm):
    """The four barriers, each level in its own words."""

    class Meta:
        model = BarrierAssessment
        fields = [*BARRIERS, "comment"]
        widgets = {"comment": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (label, words) in BARRIERS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                coerce=int,
                choices=list(zip(LEVELS, words, strict=True)),
                widget=forms.RadioSelect,
            )
        self.order_fields([*BARRIERS, "comment", "seen"])

    def answers(self, moment: str, side: str) -> BarrierAnswers:
        levels = {name: self.cleaned_data[name] for name in BARRIERS}
        return BarrierAnswers(moment, side, levels, self.cleaned_data["comment"])


class SignatureForm(forms.Form):
    conditions = {"comment": _("(required if you disagree)")}
    agrees = forms.TypedChoiceField(
        label=_("Your word"),
        coerce=lambda value: value == "True",
        choices=[(True, _("I agree")), (False, _("I disagree"))],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Comment"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea,
        help_text=_("Shown as you write it. If you disagree, say with what."),
    )
    name = forms.CharField(label=_("Your name"), max_length=150)
    seen = SealField()

    def word(self, occasion: str, side: str) -> SignedWord:
        data = self.cleaned_data
        return SignedWord(occasion, side, data["agrees"], data["name"], data["comment"])


class SurvivalForm(EngagementPartForm):
    is_running = forms.TypedChoiceField(
        label=_("Does it run?"),
        coerce=lambda value: value == "True",
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    last_release_on = DayField(
        label=_("Last change put online"), required=False, help_text=_("About when, if you know.")
    )

    class Meta:
        model = SurvivalCheck
        fields = ["is_running", "usage", "keeper", "last_release_on", "comment", "answered_by"]
        labels = {
            "usage": _("How often is it used?"),
            "keeper": _("Who keeps it running?"),
            "comment": _("What should we know?"),
        }
        widgets = {
            "usage": forms.RadioSelect,
            "keeper": forms.RadioSelect,
            "comment": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("usage", "keeper"):
            self.fields[name].required = True
        self.fields["answered_by"].required = True

    def answer(self) -> SurvivalAnswer:
        return SurvivalAnswer(**{name: self.cleaned_data[name] for name in self.Meta.fields})
