from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, ModelForm, SeenField
from crm.forms.organisations import members_of
from crm.models import Organisation
from engagements.models import Engagement
from volunteers.models import SponsorshipAgreement, Volunteer
from volunteers.services.agreements import CLAUSES

STATES = [
    ("", _("Whatever the state")),
    ("unsigned", _("to sign")),
    ("running", _("running")),
    ("over", _("over")),
]


class AgreementForm(ModelForm):
    seen = SeenField()
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))

    class Meta:
        model = SponsorshipAgreement
        fields = [
            "form",
            "sponsor",
            "sponsor_representative",
            "sponsor_capacity",
            "host",
            "host_representative",
            "host_capacity",
            "volunteer",
            "engagement",
            "purpose",
            "starts_on",
            "ends_on",
            "qualification",
            "missions",
            "costs",
            "place",
            "particular_terms",
            *CLAUSES,
        ]
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("missions", "costs", "particular_terms")
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        sponsors = Organisation.objects.visible_to(user).filter(is_sponsor=True)
        self.fields["sponsor"].queryset = sponsors.order_by("sort_name", "pk")
        self.fields["host"].queryset = members_of(user)
        self.fields["volunteer"].queryset = Volunteer.objects.visible_to(user).for_list()
        self.fields["engagement"].queryset = Engagement.objects.run_by(user).order_by("title", "pk")
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
        else:
            del self.fields["seen"]
            self.fields["host"].initial = members_of(user).first()

    def facts(self):
        return [field for field in self if field.name not in CLAUSES]

    def clauses(self):
        return [self[name] for name in CLAUSES]


class AgreementFilterForm(forms.Form):
    """An unknown state is no filter."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def chosen_state(self):
        return self.cleaned_data["state"] if self.is_valid() else ""


class ConsentForm(forms.Form):
    seen = SeenField()
    on = DayField(label=_("Agreed to on"))


class SignForm(forms.Form):
    seen = SeenField()
    name = forms.CharField(label=_("Signed by (first and last name)"), max_length=150)
    on = DayField(label=_("On"))


class TakeBackForm(forms.Form):
    seen = SeenField()
    reason = forms.CharField(
        label=_("Reason"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class EndForm(TakeBackForm):
    on = DayField(label=_("Last day"))
    field_order = ["on", "reason"]
