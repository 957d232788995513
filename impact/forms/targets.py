from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, ModelForm, SeenField
from impact.models import Target


class TargetForm(ModelForm):
    window_start = DayField(label=_("From"))
    window_end = DayField(label=_("Until"))

    class Meta:
        model = Target
        fields = ["window_start", "window_end", "value"]

    def __init__(self, *args, metric=None, **kwargs):
        super().__init__(*args, **kwargs)
        if metric is not None:
            self.instance.metric = metric
        if self.instance.metric.indicator.less_is_better:
            self.fields["value"].label = _("At most")
            self.fields["value"].help_text = _(
                "Not to be exceeded: of this indicator, less is better."
            )
        if self.instance.value is not None:
            self.initial["value"] = format(self.instance.value.normalize(), "f")


class TargetChangeForm(TargetForm):
    conditions = {"why": _("(required once the period has begun)")}
    why = forms.CharField(
        label=_("What changes, and why"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed once the period has begun; its readers see it."),
    )
    seen = SeenField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version


class TargetDropForm(forms.Form):
    conditions = {"why": _("(required once the period has begun)")}
    why = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed once the period has begun."),
    )
    seen = SeenField()

    def __init__(self, *args, target, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = target.version
