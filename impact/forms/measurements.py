from datetime import timedelta

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.files.attachments import KINDS
from crm.files.uploaded_tables import MOST_BYTES, MOST_ROWS
from crm.forms.fields import DayField, ModelForm, SeenField, WholeField
from crm.models import Organisation, Sdg
from engagements.models import Engagement
from impact.models import DEADWEIGHT, Baseline, Breakdown, Dimension, Funding, Indicator, Measurement, Metric, Overlap
from impact.services import rules
from impact.table_import.groups import example, groups_of_text, text_of_groups

SHARED_DAYS = 90
FIGURE = {
    Indicator.Kind.COUNT: ["count", "exposure_months"],
    Indicator.Kind.SHARE: ["count", "total", "percent"],
    Indicator.Kind.AMOUNT: ["amount", "exposure_months"],
}
WANTED = ["target", "target_on", "every", "every_from"]
COMMON = ["window_start", "window_end", "population", "source", "grade", "asked", "answered", "note_fr", "note_en"]


class ReadForm(forms.Form):
    """The moment of the newest change that the person had before them."""

    upto = forms.DateTimeField()


class CompareForm(forms.Form):
    indicator = forms.ModelChoiceField(label=_("Indicator"), queryset=Indicator.objects.none())

    def __init__(self, *args, indicators, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = indicators


UNSAID = _("Say what changes, and why.")  # as the services say it


class WhyField(forms.CharField):
    """The reason of a change that readers of the figures see as it is written."""

    def __init__(self):
        super().__init__(
            label=_("What changes, and why"),
            max_length=1_000,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Shown to the readers of the figures, with the day and without your name."),
            error_messages={"required": UNSAID},
        )


class FollowingForm(ModelForm):
    """What is wanted of a metric, and how often a figure of it is expected."""

    conditions = {"every_from": _("(required where figures are expected regularly)")}
    target_on = DayField(label=_("To be reached by"), required=False)
    every_from = DayField(
        label=_("First period from"), required=False, help_text=Metric._meta.get_field("every_from").help_text
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["every"].required = False

    def clean_every(self):
        return self.cleaned_data["every"] or Metric.Every.NOT_PLANNED


class MetricForm(FollowingForm):
    class Meta:
        model = Metric
        fields = ["indicator", "reading", *WANTED]

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.engagement = engagement
        followed = engagement.metrics.values("indicator")
        self.fields["indicator"].queryset = Indicator.objects.exclude(pk__in=followed).by_name()


class MetricChangeForm(FollowingForm):
    why = WhyField()
    seen = SeenField()

    class Meta:
        model = Metric
        fields = ["reading", *WANTED, "caveat_fr", "caveat_en"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("caveat_fr", "caveat_en")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version


class IndicatorForm(ModelForm):
    class Meta:
        model = Indicator
        fields = [
            *("name_fr", "name_en", "unit_fr", "unit_en", "definition_fr", "definition_en", "kind", "aggregation"),
            *("wanted", "sdg", "sdg_target", "iris_code", "how_fr", "how_en"),
        ]
        widgets = {
            name: forms.Textarea(attrs={"rows": 3}) for name in ("definition_fr", "definition_en", "how_fr", "how_en")
        }
        help_texts = {
            "aggregation": _("People may be counted twice over engagements; shares and rates are never added."),
            "how_fr": _("Who counts, when, from what, and what is not counted."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sdg"].queryset = Sdg.objects.order_by("number")


class IndicatorChangeForm(IndicatorForm):
    why = WhyField()
    seen = SeenField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version


class ObservationForm(ModelForm):
    """Only the fields that the kind of the indicator asks for."""

    conditions = {"asked": _("(required for a survey)"), "answered": _("(required for a survey)")}

    window_start = DayField(label=_("From"))
    window_end = DayField(label=_("Until"))

    def __init__(self, *args, metric, **kwargs):
        super().__init__(*args, **kwargs)
        self.metric = metric
        wanted = FIGURE[metric.indicator.kind]
        for name in ("count", "total", "percent", "amount", "exposure_months"):
            if name not in wanted:
                del self.fields[name]
        if metric.indicator.kind in rules.FIGURES:
            alone = self.fields[rules.FIGURES[metric.indicator.kind]]
            alone.required, alone.error_messages["required"] = True, rules.wanted(metric.indicator.kind)
        self.fields["asked"].help_text = _("Of a survey only, answers or not.")


class BaselineForm(ObservationForm):
    """In three steps: what was done, what it took, how it is known."""

    STEPS = (
        (
            _("What was done by hand"),
            ("count", "total", "percent", "amount", "window_start", "window_end", "exposure_months", "population"),
        ),
        (_("What it took"), ("team", "hours", "cost")),
        (_("How it is known"), ("method", "source", "grade", "asked", "answered", "note_fr", "note_en")),
    )

    class Meta:
        model = Baseline
        fields = [
            *("team", "hours", "cost", "method", "count", "total", "percent", "amount", "exposure_months"),
            *COMMON,
        ]
        help_texts = {
            "method": _("What was not measured before is shown as “declared”, for good."),
            "source": _("Mails, a spreadsheet, the memory of the team…"),
            "exposure_months": _("How many months this work was really done; needed to compare paces."),
        }

    @property
    def steps(self):
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.STEPS]


class BaselineChangeForm(BaselineForm):
    why = WhyField()
    seen = SeenField()

    STEPS = (*BaselineForm.STEPS, (_("Why it changes"), ("why", "seen")))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version


class GroupsField(forms.CharField):
    """Groups of a figure, one a line; their facts once cleaned."""

    def __init__(self, **kwargs):
        super().__init__(
            required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}), **kwargs
        )

    def clean(self, value):
        return groups_of_text(super().clean(value))


class MeasurementForm(ObservationForm):
    """In three steps: the figure; then, folded, its groups, and what would have happened anyway."""

    conditions = ObservationForm.conditions | dict.fromkeys(DEADWEIGHT, _("(all three or none)"))
    groups = GroupsField(label=_("Groups"))
    STEPS = (
        (
            _("The figure"),
            (
                *("count", "total", "percent", "amount", "window_start", "window_end", "exposure_months"),
                *("population", "source", "grade", "asked", "answered", "note_fr", "note_en", "counts_in_total"),
            ),
            False,
        ),
        (_("By groups"), ("groups",), True),
        (_("Would it have happened anyway?"), DEADWEIGHT, True),
    )

    class Meta:
        model = Measurement
        fields = ["count", "total", "percent", "amount", "exposure_months", *COMMON, *DEADWEIGHT, "counts_in_total"]
        labels = {
            "deadweight_asked": _("People asked that"),
            "deadweight_answered": _("How many answered"),
            "deadweight": _("How many said: yes, anyway"),
        }
        help_texts = {
            "deadweight_asked": _(
                "Among those who have the result: would they have had it without the solution? The net is told beside "
                "the figure, with its interval."
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "groups" not in self.initial:
            self.initial["groups"] = text_of_groups(self.instance.groups.order_by("position", "pk"))
        if "exposure_months" in self.fields:
            self.fields["exposure_months"].help_text = _("Empty: the whole period. A pace is counted by month.")
        self.fields["groups"].help_text = _(
            "One a line: criterion ; group ; count, and out of how many for a share. Criteria: %(criteria)s. "
            "For example: %(example)s. Leave out what is not known; groups of fewer than %(least)s people are kept "
            "from readers."
        ) % {
            "criteria": ", ".join(str(dimension.label) for dimension in Dimension),
            "example": example(),
            "least": settings.SMALLEST_GROUP,
        }
        if self.metric.indicator.kind == Indicator.Kind.AMOUNT:
            for name in ("groups", *DEADWEIGHT):
                del self.fields[name]

    def saved_beside(self, instance, name):
        saved, typed = (
            text_of_groups(instance.groups.order_by("position", "pk")),
            text_of_groups(Breakdown(**facts) for facts in self.cleaned_data.get(name, ())),
        )
        return [(self.fields[name].label, saved or "—")] if saved != typed else []

    def clean(self):
        """Who says nothing else observed the whole window: without its months there is no pace to compare."""
        given = super().clean()
        first, last = (given.get(name) for name in ("window_start", "window_end"))
        is_open = "exposure_months" in self.fields and "exposure_months" not in self.errors
        if is_open and given.get("exposure_months") is None and first and last and first <= last:
            given["exposure_months"] = rules.months_of(first, last)
        return given

    @property
    def steps(self):
        """[(title, fields, whether it may be folded, whether it opens)]."""
        parts = [
            (title, [self[name] for name in names if name in self.fields], folds) for title, names, folds in self.STEPS
        ]
        return [
            (title, fields, folds, any(field.errors or field.value() not in (None, "") for field in fields))
            for title, fields, folds in parts
            if fields
        ]


class DraftForm(MeasurementForm):
    seen = SeenField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version


class ReturnForm(forms.Form):
    reason = forms.CharField(label=_("What is to mend"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))
    seen = SeenField()


class QuestionForm(ReturnForm):
    """Of a baseline, by the project lead."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Say what is not as it was.")


class WordForm(forms.Form):
    conditions = {"comment": _("(required if you disagree)")}
    word = forms.ChoiceField(
        label=_("Your word"),
        choices=[("agree", _("I agree: it is so")), ("disagree", _("I disagree"))],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Shown with the report, as you write it. Say why if you disagree."),
    )

    def answers(self):
        return {"agrees": self.cleaned_data["word"] == "agree", "comment": self.cleaned_data["comment"]}


class ShareForm(forms.Form):
    sent_to = forms.CharField(
        label=_("For whom"), max_length=150, help_text=_("So that you know later which link to revoke.")
    )
    until = DayField(label=_("Opens until"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localdate() + timedelta(days=SHARED_DAYS)


class EvidenceForm(forms.Form):
    file = forms.FileField(label=_("File"), max_length=200, help_text=KINDS)


class ImportForm(forms.Form):
    conditions = {"text": _("(required without a file)"), "file": _("(required without a table above)")}
    text = forms.CharField(
        label=_("Table"),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("Copied from a spreadsheet, with its row of headings."),
    )
    file = forms.FileField(
        label=_("Or a file"), required=False, max_length=200, help_text=_("XLSX, ODS or CSV, 2 MB at most.")
    )
    sheet = forms.CharField(
        label=_("Sheet of the file"),
        required=False,
        max_length=100,
        help_text=_("Empty: the first one in which known headings stand."),
    )
    heading = WholeField(
        label=_("Row of the headings"),
        required=False,
        min_value=1,
        max_value=MOST_ROWS,
        help_text=_("Empty: the first row in which known headings stand."),
    )


class FundingForm(ModelForm):
    starts_on = DayField(label=_("From"))
    reads_until = DayField(label=_("Reads the impact until"), required=False, help_text=_("Empty: without end."))

    class Meta:
        model = Funding
        fields = ["funder", "amount", "starts_on", "reads_until"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["funder"].queryset = Organisation.objects.visible_to(user).order_by("sort_name", "pk")


class MetricField(forms.ModelChoiceField):
    """A metric, by the engagement that follows it."""

    def label_from_instance(self, metric):
        return f"{metric.engagement.title}, {metric.engagement.beneficiary.name}"


class OverlapForm(ModelForm):
    first = MetricField(label=_("One engagement"), queryset=None)
    second = MetricField(label=_("The other one"), queryset=None)

    class Meta:
        model = Overlap
        fields = ["first", "second", "bound", "people", "source"]

    def __init__(self, *args, user, indicator, **kwargs):
        super().__init__(*args, **kwargs)
        mine = indicator.metrics.filter(engagement__in=Engagement.objects.run_by(user).values("pk"))
        for name in ("first", "second"):
            rows = mine.select_related("indicator", "engagement__beneficiary")
            self.fields[name].queryset = rows.order_by("engagement__sort_title", "pk")

    def clean(self):
        """A pair has no order of its own: it is kept in the order of its keys."""
        given = super().clean()
        first, second = given.get("first"), given.get("second")
        if first and second and first.pk > second.pk:
            given |= {"first": second, "second": first}
        return given


class OverlapChangeForm(ModelForm):
    why = forms.CharField(
        label=_("What changes, and why"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": UNSAID},
    )
    seen = SeenField()

    class Meta:
        model = Overlap
        fields = ["bound", "people", "source"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
