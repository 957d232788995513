from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import ModelForm, SeenField
from engagements.models import Engagement
from impact.forms.fields import REASON_REQUIRED
from impact.models import Overlap


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
        """A pair has no order of its own: it is stored in the order of the keys."""
        cleaned = super().clean()
        first, second = cleaned.get("first"), cleaned.get("second")
        if first and second and first.pk > second.pk:
            cleaned |= {"first": second, "second": first}
        return cleaned


class OverlapChangeForm(ModelForm):
    why = forms.CharField(
        label=_("What changes, and why"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": REASON_REQUIRED},
    )
    seen = SeenField()

    class Meta:
        model = Overlap
        fields = ["bound", "people", "source"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
