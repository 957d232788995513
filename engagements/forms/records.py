from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import AskedField, DayField, ModelForm, SeenField
from crm.models import Contact, Interaction
from engagements.models import ProgressLog, Solution
from engagements.services.progress import WeekLog


def lines(label):
    return forms.CharField(
        label=label,
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NewsForm(forms.Form):
    """A coordinator's or a lead's week: done, blocked, next."""

    conditions = {
        "done": _("(required without a line below)"),
        "blocked": _("(required to open a blocker)"),
    }
    seen = SeenField()
    done = lines(_("Done"))
    blocked = lines(_("Blocked"))
    opens_blocker = forms.BooleanField(label=_("Open a blocker for it"), required=False)
    blocks_again = AskedField(label=_("It blocks again"))
    next = lines(_("What comes next"))
    audience = forms.ChoiceField(label=_("Who reads it"), choices=ProgressLog.Audience)

    def clean_opens_blocker(self):
        """The box is ticked to begin with, so it counts only where something blocks."""
        return self.cleaned_data["opens_blocker"] and bool(self.cleaned_data.get("blocked"))

    def news(self, week: date) -> WeekLog:
        texts = {name: self.cleaned_data[name] for name in ("done", "blocked", "next")}
        chosen = {
            name: self.cleaned_data[name] for name in ("opens_blocker", "blocks_again", "audience")
        }
        return WeekLog(week, **texts, **chosen)


class ResolveForm(forms.Form):
    seen = SeenField()
    resolution = forms.CharField(
        label=_("How it was resolved"), max_length=2_000, required=False, widget=forms.Textarea
    )


class EngagementInteractionForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Interaction.Kind)
    happened_on = DayField(label=_("Day"))
    contact = forms.ModelChoiceField(
        label=_("With"), queryset=Contact.objects.none(), required=False
    )
    text = forms.CharField(label=_("What was said"), max_length=10_000, widget=forms.Textarea)

    def __init__(self, *args, contacts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = contacts


class SolutionForm(ModelForm):
    seen = SeenField()

    class Meta:
        model = Solution
        fields = ["name", "kind", "url", "repository", "stack", "licence", "accessibility"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
