from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, ModelForm, SeenField
from engagements.domain.stages import Stage
from engagements.models import Decision, PostMortem, Risk, SteeringNote
from engagements.models.post_mortems import TEXTS
from engagements.services.engagements import StageMove


class VersionedForm(ModelForm):
    """Gives back the version that the person had before them; `people` are those who may own the record."""

    seen = SeenField()

    def __init__(self, *args, people=None, **kwargs):
        super().__init__(*args, **kwargs)
        if people is not None:
            self.fields["owner"].queryset = people
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version


class OwnedForm(VersionedForm):
    """`leads` are those who may own it without an account; the choice is offered only where there is somebody."""

    conditions = {
        "owner": _("(required without a choice below)"),
        "owner_lead": _("(required without a choice above)"),
    }

    def __init__(self, *args, leads, **kwargs):
        super().__init__(*args, **kwargs)
        if leads:
            self.fields["owner_lead"].queryset = leads
            self.fields["owner_lead"].label_from_instance = _name_of
        else:
            del self.fields["owner_lead"]
            self.fields["owner"].required = True


def _name_of(appointment):
    return appointment.contact.full_name


class DecisionForm(OwnedForm):
    decided_on = DayField(label=_("Decided on"))
    due_on = DayField(label=_("To be carried out by"), required=False)

    class Meta:
        model = Decision
        fields = ["title", "text", "decided_on", "owner", "owner_lead", "due_on"]


class RiskForm(OwnedForm):
    review_on = DayField(label=_("Look at it again on"))

    class Meta:
        model = Risk
        fields = [
            "title",
            "text",
            "likelihood",
            "impact",
            "response",
            "owner",
            "owner_lead",
            "review_on",
        ]


class SteeringNoteForm(VersionedForm):
    held_on = DayField(label=_("Held on"))

    class Meta:
        model = SteeringNote
        fields = ["held_on", "present", "text"]


class PostMortemForm(VersionedForm):
    class Meta:
        model = PostMortem
        fields = ["what_happened", "what_we_learned", "what_we_would_do"]


class StopForm(PostMortemForm):
    """Why it is stopped and what one learns from it, in one form."""

    reason = forms.CharField(
        label=_("Why it is stopped"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    ends_missions = forms.BooleanField(label=_("End these missions today as well"), required=False)
    field_order = ["reason"]

    def __init__(self, *args, still_open, **kwargs):
        super().__init__(*args, **kwargs)
        if still_open:
            self.fields["ends_missions"].help_text = " ".join(still_open)
        else:
            del self.fields["ends_missions"]

    def move(self) -> StageMove:
        data = self.cleaned_data
        post_mortem = {name: data[name] for name in TEXTS}
        ends_assignments = data.get("ends_missions", False)
        return StageMove(Stage.STOPPED, data["reason"], post_mortem, ends_assignments)


class FinishDecisionForm(forms.Form):
    done_on = DayField(label=_("Carried out on"))
    seen = SeenField()


class CloseRiskForm(forms.Form):
    closed_on = DayField(label=_("Closed on"))
    seen = SeenField()
