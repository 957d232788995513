from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.domain.typed import MONEY
from crm.forms.fields import NumberField, WholeField
from volunteers.forms.costs import FIRST_YEAR, LAST_YEAR


class DeclareForm(forms.Form):
    conditions = {"reason": _("(required for a correction)")}
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    reason = forms.CharField(
        label=_("Why it is corrected"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, is_correction, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_correction
        self.fields["reason"].error_messages["required"] = _(
            "Say why the declared statement is corrected."
        )
        if not is_correction:
            del self.fields["reason"]


def _euros(label, **kwargs):
    return NumberField(
        label=label,
        unit=MONEY,
        min_value=Decimal(0),
        max_value=Decimal(10**12),
        decimal_places=2,
        max_digits=15,
        **kwargs,
    )


class ReductionForm(forms.Form):
    """Asked by address, kept nowhere."""

    gifts = _euros(
        _("Gifts of the year, in euros"),
        help_text=_("This estimation and every other gift of the year."),
    )
    turnover = _euros(_("Turnover without tax, in euros"))
    year = WholeField(label=_("Financial year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
