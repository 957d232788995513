from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, ModelForm, SeenField
from impact.forms.fields import WhyField
from impact.models import Indicator, Metric

TARGET_FIELDS = ["target", "target_on", "every", "every_from"]


class FollowingForm(ModelForm):
    """The target of a metric, and how often a measurement of it is expected."""

    conditions = {"every_from": _("(required where figures are expected regularly)")}
    target_on = DayField(label=_("To be reached by"), required=False)
    every_from = DayField(
        label=_("First period from"),
        required=False,
        help_text=Metric._meta.get_field("every_from").help_text,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["every"].required = False

    def clean_every(self):
        return self.cleaned_data["every"] or Metric.Every.NOT_PLANNED


class MetricForm(FollowingForm):
    class Meta:
        model = Metric
        fields = ["indicator", "reading", *TARGET_FIELDS]

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
        fields = ["reading", *TARGET_FIELDS, "caveat_fr", "caveat_en"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("caveat_fr", "caveat_en")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
