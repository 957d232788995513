from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import ModelForm, SeenField
from crm.models import Sdg
from impact.forms.fields import WhyField
from impact.models import Indicator


class IndicatorForm(ModelForm):
    class Meta:
        model = Indicator
        fields = [
            "name_fr",
            "name_en",
            "unit_fr",
            "unit_en",
            "unit_one_fr",
            "unit_one_en",
            "definition_fr",
            "definition_en",
            "kind",
            "aggregation",
            "wanted",
            "sdg",
            "sdg_target",
            "iris_code",
            "how_fr",
            "how_en",
        ]
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("definition_fr", "definition_en", "how_fr", "how_en")
        }
        help_texts = {
            "aggregation": _(
                "People may be counted twice over engagements; shares and rates are never added."
            ),
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
