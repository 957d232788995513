from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, ModelForm
from crm.models import Organisation
from impact.models import Funding


class FundingForm(ModelForm):
    starts_on = DayField(label=_("From"))
    reads_until = DayField(
        label=_("Reads the impact until"), required=False, help_text=_("Empty: without end.")
    )

    class Meta:
        model = Funding
        fields = ["funder", "amount", "starts_on", "reads_until"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["funder"].queryset = Organisation.objects.visible_to(user).order_by(
            "sort_name", "pk"
        )
