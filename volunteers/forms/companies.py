from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, SeenField
from crm.models import Organisation


class CompanyForm(forms.Form):
    """Which company lends the person from now on."""

    seen = SeenField()
    to = forms.ModelChoiceField(label=_("New company"), queryset=Organisation.objects.none())
    on = DayField(
        label=_("From"),
        help_text=_("The first day as an employee of the new company; the day before is the last."),
    )

    def __init__(self, *args, user, volunteer, **kwargs):
        super().__init__(*args, **kwargs)
        sponsors = (
            Organisation.objects.visible_to(user)
            .filter(is_sponsor=True)
            .exclude(pk=volunteer.company.pk)
        )
        self.fields["to"].queryset = sponsors.order_by("name", "pk")
        self.fields["seen"].initial = volunteer.version
