from contextlib import suppress
from datetime import date

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from crm.domain.formatting import colon
from crm.domain.formatting import day as day_of
from crm.domain.request_states import BARRIERS
from crm.domain.text import is_key
from crm.forms.fields import DayField, ModelForm, SeenField
from engagements.models import Milestone, Solution
from engagements.services.milestones import MilestonePlan
from engagements.services.moves import Follower, followers_of


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


class NotYetForm(forms.Form):
    why = forms.CharField(
        label=_("What is missing"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = SeenField()


class MoveBackForm(forms.Form):
    """Behind a button: which versions the move has made, of the milestone and of each that moved along."""

    seen = SeenField()
    along = forms.CharField(required=False)

    def clean_along(self):
        pairs = [pair.split(".") for pair in self.cleaned_data["along"].split("-") if pair]
        if not all(len(pair) == 2 and all(map(is_key, pair)) for pair in pairs):
            raise forms.ValidationError(_("This is no list of versions."))
        return [(int(key), int(version)) for key, version in pairs]


class ReasonForm(forms.Form):
    why = forms.CharField(label=_("Reason"), max_length=300)
    seen = SeenField()


class MoveMilestoneForm(forms.Form):
    """To another day. Those that wait for it are shown with their new days before anything is saved.

    `along` holds those that are ticked, each as its key, the version that was read and its new day; `shown_for` is the
    day for which they were shown.
    """

    planned_on = DayField(label=_("Planned for"))
    along = forms.MultipleChoiceField(
        label=_("These wait for it, and move along"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("By as many working days; weekends and public holidays are skipped."),
        error_messages={
            "invalid_choice": _("These dates have changed since: read them again, then move.")
        },
    )
    why = forms.CharField(label=_("Why it moves"), max_length=300, required=False)
    shown_for = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = SeenField()

    def __init__(self, data=None, *, milestone, planned_on=None):
        day = planned_on or milestone.planned_on
        initial = {"planned_on": day, "seen": milestone.version, "shown_for": day.isoformat()}
        super().__init__(data, initial=initial)
        self.milestone = milestone
        if self.is_bound:
            with suppress(forms.ValidationError):
                day = self["planned_on"].field.clean(self["planned_on"].data)
        self._show_followers(day)

    def _show_followers(self, day):
        self.followers = [] if self.milestone.done_on else followers_of(self.milestone, day)
        if not self.followers:
            del self.fields["along"], self.fields["shown_for"]
            return
        field = self.fields["along"]
        field.choices = [
            (
                f"{other.pk}.{other.version}.{to.isoformat()}",
                format_html(
                    "<span>{}{} {} → {}</span>",
                    other.title,
                    colon(),
                    day_of(other.planned_on),
                    day_of(to),
                ),
            )
            for other, to in self.followers
        ]
        all_of_them = [value for value, _label in field.choices]
        field.initial = all_of_them
        self.is_shown = not self.is_bound or self.data.get("shown_for") == day.isoformat()
        if not self.is_shown:
            self.data = self.data.copy()
            self.data.setlist("along", all_of_them)
            self.data["shown_for"] = day.isoformat()

    def clean(self):
        if self.followers and not self.is_shown:
            sentence = _("Nothing is saved yet: read the new dates of those that wait, then move.")
            self.add_error("along", sentence)
        elif "along" in self.errors:  # the boxes show the days of now, all of them ticked
            self.data = self.data.copy()
            self.data.setlist("along", self.fields["along"].initial)
        return self.cleaned_data

    def along_with(self) -> list[Follower]:
        parts = [value.split(".") for value in self.cleaned_data.get("along", ())]
        return [
            Follower(int(key), date.fromisoformat(day), int(version)) for key, version, day in parts
        ]


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
