from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from crm.domain.typed import PERCENT
from crm.forms.fields import DayField, SeenField, WholeField
from crm.models import Contact
from engagements.forms.succession import TakersForm
from engagements.models import FULL_TIME
from engagements.services.leads import LeadChoice, LeadTerm


class AppointLeadForm(TakersForm):
    """Choose a contact of the organisation, or write the name of a new one. `seen` is the mark of the lead of today."""

    seen = SeenField()
    conditions = {
        "contact": _("(required without a name below)"),
        "new_name": _("(required without a choice above)"),
    }
    contact = forms.ModelChoiceField(
        label=_("Project lead"), queryset=Contact.objects.none(), required=False
    )
    new_name = forms.CharField(
        label=_("Or somebody new: name"),
        max_length=150,
        required=False,
        help_text=_("They become a contact of the organisation."),
    )
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"), required=False)
    share = WholeField(
        label=_("Share of time, %"),
        unit=PERCENT,
        initial=FULL_TIME,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("100 is full time, which the design stage asks for."),
    )

    def __init__(self, *args, contacts, held=(), today=None, **kwargs):
        super().__init__(*args, held=dict(held), today=today, **kwargs)
        self.fields["contact"].queryset = contacts

    def choice(self) -> LeadChoice:
        return LeadChoice(self.cleaned_data["contact"], self.cleaned_data["new_name"])

    def term(self) -> LeadTerm:
        data = self.cleaned_data
        return LeadTerm(data["starts_on"], data["ends_on"], data["share"])


class CorrectLeadForm(AppointLeadForm):
    """Who is to be named instead, and why; the days stay as they are."""

    starts_on = ends_on = share = None
    reason = forms.CharField(label=_("Reason"), max_length=300)


class EndLeadForm(TakersForm):
    seen = SeenField()
    ends_on = DayField(label=_("Last day"))
