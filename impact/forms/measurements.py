from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, ModelForm, SeenField
from impact.models import DEADWEIGHT, Breakdown, Dimension, Indicator, Measurement
from impact.services import observations
from impact.table_import.groups import example, groups_of_text, text_of_groups

VALUE_FIELDS = {
    Indicator.Kind.COUNT: ["count", "exposure_months"],
    Indicator.Kind.SHARE: ["count", "total", "percent"],
    Indicator.Kind.AMOUNT: ["amount", "exposure_months"],
}
COMMON_FIELDS = [
    "window_start",
    "window_end",
    "population",
    "source",
    "grade",
    "asked",
    "answered",
    "note_fr",
    "note_en",
]


class ObservationForm(ModelForm):
    """Only the fields that the kind of the indicator asks for."""

    conditions = {"asked": _("(required for a survey)"), "answered": _("(required for a survey)")}

    window_start = DayField(label=_("From"))
    window_end = DayField(label=_("Until"))

    def __init__(self, *args, metric, **kwargs):
        super().__init__(*args, **kwargs)
        self.metric = metric
        value_fields = VALUE_FIELDS[metric.indicator.kind]
        for name in ("count", "total", "percent", "amount", "exposure_months"):
            if name not in value_fields:
                del self.fields[name]
        if metric.indicator.kind in observations.VALUE_FIELDS:
            alone = self.fields[observations.VALUE_FIELDS[metric.indicator.kind]]
            alone.required, alone.error_messages["required"] = (
                True,
                observations.value_needed(metric.indicator.kind),
            )
        self.fields["asked"].help_text = _("Of a survey only, answers or not.")


class GroupsField(forms.CharField):
    """Groups of a measurement, one a line; once cleaned, the columns of each."""

    def __init__(self, **kwargs):
        super().__init__(
            required=False,
            max_length=10_000,
            widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
            **kwargs,
        )

    def clean(self, value):
        return groups_of_text(super().clean(value))


class MeasurementForm(ObservationForm):
    """In three steps: the number; then, folded, its groups, and what would have happened anyway."""

    conditions = ObservationForm.conditions | dict.fromkeys(DEADWEIGHT, _("(all three or none)"))
    groups = GroupsField(label=_("Groups"))
    STEPS = (
        (
            _("The figure"),
            (
                "count",
                "total",
                "percent",
                "amount",
                "window_start",
                "window_end",
                "exposure_months",
                "population",
                "source",
                "grade",
                "asked",
                "answered",
                "note_fr",
                "note_en",
                "counts_in_total",
            ),
            False,
        ),
        (_("By groups"), ("groups",), True),
        (_("Would it have happened anyway?"), DEADWEIGHT, True),
    )

    class Meta:
        model = Measurement
        fields = [
            "count",
            "total",
            "percent",
            "amount",
            "exposure_months",
            *COMMON_FIELDS,
            *DEADWEIGHT,
            "counts_in_total",
        ]
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
            self.fields["exposure_months"].help_text = _(
                "Empty: the whole period. A pace is counted by month."
            )
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
        """Empty months mean that the whole window was observed; without months there is no pace to compare."""
        cleaned = super().clean()
        first, last = (cleaned.get(name) for name in ("window_start", "window_end"))
        is_open = "exposure_months" in self.fields and "exposure_months" not in self.errors
        if is_open and cleaned.get("exposure_months") is None and first and last and first <= last:
            cleaned["exposure_months"] = observations.months_between(first, last)
        return cleaned

    @property
    def steps(self):
        """[(title, fields, whether it may be folded, whether it opens)]."""
        parts = [
            (title, [self[name] for name in names if name in self.fields], folds)
            for title, names, folds in self.STEPS
        ]
        return [
            (
                title,
                fields,
                folds,
                any(field.errors or field.value() not in (None, "") for field in fields),
            )
            for title, fields, folds in parts
            if fields
        ]


class DraftForm(MeasurementForm):
    seen = SeenField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=_("What is to mend"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = SeenField()
