from django.utils.translation import gettext_lazy as _

from crm.forms.fields import SeenField
from impact.forms.fields import WhyField
from impact.forms.measurements import COMMON_FIELDS, ObservationForm, ReturnForm
from impact.models import Baseline


class BaselineForm(ObservationForm):
    """In three steps: what was done, what it took, how it is known."""

    STEPS = (
        (
            _("What was done by hand"),
            (
                "count",
                "total",
                "percent",
                "amount",
                "window_start",
                "window_end",
                "exposure_months",
                "population",
            ),
        ),
        (_("What it took"), ("team", "hours", "cost")),
        (
            _("How it is known"),
            ("method", "source", "grade", "asked", "answered", "note_fr", "note_en"),
        ),
    )

    class Meta:
        model = Baseline
        fields = [
            "team",
            "hours",
            "cost",
            "method",
            "count",
            "total",
            "percent",
            "amount",
            "exposure_months",
            *COMMON_FIELDS,
        ]
        help_texts = {
            "method": _("What was not measured before is shown as “declared”, for good."),
            "source": _("Mails, a spreadsheet, the memory of the team…"),
            "exposure_months": _(
                "How many months this work was really done; needed to compare paces."
            ),
        }

    @property
    def steps(self):
        return [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in self.STEPS
        ]


class BaselineChangeForm(BaselineForm):
    why = WhyField()
    seen = SeenField()

    STEPS = (*BaselineForm.STEPS, (_("Why it changes"), ("why", "seen")))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version


class QuestionForm(ReturnForm):
    """Of a baseline, by the project lead."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Say what is not as it was.")
