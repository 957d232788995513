from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, SeenField
from crm.models import Organisation
from crm.reading import MOST_BYTES
from impact.models import Baseline, Funding, Indicator, Measurement, Metric

FIGURE = {
    Indicator.Kind.COUNT: ["count", "exposure_months"],
    Indicator.Kind.SHARE: ["count", "total", "percent"],
    Indicator.Kind.AMOUNT: ["amount", "exposure_months"],
}
COMMON = ["window_start", "window_end", "population", "source", "grade", "note_fr", "note_en"]


class MetricForm(forms.ModelForm):
    target_on = DayField(label=_("To be reached by"), required=False)

    class Meta:
        model = Metric
        fields = ["indicator", "reading", "target", "target_on"]

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        followed = engagement.metrics.values("indicator")
        self.fields["indicator"].queryset = Indicator.objects.exclude(pk__in=followed).order_by("name_fr", "pk")


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


class BaselineForm(ObservationForm):
    class Meta:
        model = Baseline
        fields = ["method", "count", "total", "percent", "amount", "exposure_months", *COMMON]


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
