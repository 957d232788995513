from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.attachments import KINDS
from crm.forms.fields import DayField, SeenField
from crm.models import Organisation, Sdg
from crm.reading import MOST_BYTES
from impact.models import Baseline, Funding, Indicator, Measurement, Metric

SHARED_DAYS = 90
FIGURE = {
    Indicator.Kind.COUNT: ["count", "exposure_months"],
    Indicator.Kind.SHARE: ["count", "total", "percent"],
    Indicator.Kind.AMOUNT: ["amount", "exposure_months"],
}
COMMON = ["window_start", "window_end", "population", "source", "grade", "asked", "answered", "note_fr", "note_en"]


class ReadForm(forms.Form):
    """The moment of the newest change that the person had before them."""

    upto = forms.DateTimeField()


class CompareForm(forms.Form):
    indicator = forms.ModelChoiceField(label=_("Indicator"), queryset=Indicator.objects.none())

    def __init__(self, *args, indicators, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = indicators


class MetricForm(forms.ModelForm):
    target_on = DayField(label=_("To be reached by"), required=False)

    class Meta:
        model = Metric
        fields = ["indicator", "reading", "target", "target_on"]

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        followed = engagement.metrics.values("indicator")
        self.fields["indicator"].queryset = Indicator.objects.exclude(pk__in=followed).order_by("name_fr", "pk")


class MetricChangeForm(forms.ModelForm):
    target_on = DayField(label=_("To be reached by"), required=False)
    why = forms.CharField(label=_("What changes, and why"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))
    seen = SeenField()

    class Meta:
        model = Metric
        fields = ["reading", "target", "target_on", "caveat_fr", "caveat_en"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("caveat_fr", "caveat_en")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version


class IndicatorForm(forms.ModelForm):
    class Meta:
        model = Indicator
        fields = [
            *("name_fr", "name_en", "unit_fr", "unit_en", "definition_fr", "definition_en", "kind", "aggregation"),
            *("sdg", "sdg_target", "iris_code", "how_fr", "how_en"),
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
    why = forms.CharField(label=_("What changes, and why"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))
    seen = SeenField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version


class ObservationForm(forms.ModelForm):
    """Only the fields that the kind of the indicator asks for."""

    window_start = DayField(label=_("From"))
    window_end = DayField(label=_("Until"))

    def __init__(self, *args, metric, **kwargs):
        super().__init__(*args, **kwargs)
        wanted = FIGURE[metric.indicator.kind]
        for name in ("count", "total", "percent", "amount", "exposure_months"):
            if name not in wanted:
                del self.fields[name]
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
    why = forms.CharField(label=_("What changes, and why"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))
    seen = SeenField()

    STEPS = (*BaselineForm.STEPS, (_("Why it changes"), ("why", "seen")))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version


class MeasurementForm(ObservationForm):
    class Meta:
        model = Measurement
        fields = ["count", "total", "percent", "amount", "exposure_months", *COMMON, "counts_in_total"]


class DraftForm(MeasurementForm):
    seen = SeenField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version


class ReturnForm(forms.Form):
    reason = forms.CharField(label=_("What is to mend"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))


class QuestionForm(ReturnForm):
    seen = SeenField()


class WordForm(forms.Form):
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
    text = forms.CharField(
        label=_("Table"),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("Copied from a spreadsheet, with its row of headings."),
    )
    file = forms.FileField(
        label=_("Or a file"), required=False, max_length=200, help_text=_("XLSX or CSV, 2 MB at most.")
    )


class FundingForm(forms.ModelForm):
    starts_on = DayField(label=_("From"))
    reads_until = DayField(label=_("Reads the impact until"), required=False, help_text=_("Empty: without end."))

    class Meta:
        model = Funding
        fields = ["funder", "amount", "starts_on", "reads_until"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["funder"].queryset = Organisation.objects.visible_to(user).order_by("name", "pk")
