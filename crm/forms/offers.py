from django import forms
from django.utils.translation import gettext_lazy as _

from crm.domain.request_states import Audience, Maturity
from crm.domain.territories import as_territories
from crm.forms.fields import ModelForm, SeenField
from crm.models import MemberOffer, Need, Organisation, Sdg


def several(label, choices=()):
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: all."),
    )


class OfferForm(ModelForm):
    seen = SeenField()
    needs = several(_("Needs"))
    audiences = several(_("Who would use the tool"), Audience.choices[:2])
    ess_forms = several(_("Legal forms"), Organisation.EssForm.choices)
    maturities = several(_("Where the project stands"), Maturity.choices)
    goals = several(_("Sustainable Development Goals"))
    departments = forms.CharField(
        label=_("Territories"),
        required=False,
        max_length=500,
        help_text=_(
            "Numbers or names of departments, such as 75, 2A, La Réunion. Empty: all of France."
        ),
    )

    class Meta:
        model = MemberOffer
        fields = [
            "is_open",
            "places",
            "needs",
            "audiences",
            "ess_forms",
            "maturities",
            "lead",
            "departments",
            "staff_min",
            "staff_max",
            "budget_min",
            "budget_max",
            "running_min",
            "goals",
            "lends_sponsored_teams",
            "asks_fr",
            "asks_en",
            "email",
        ]
        widgets = {
            "lead": forms.RadioSelect,
            "asks_fr": forms.Textarea(attrs={"rows": 3}),
            "asks_en": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
        self.fields["needs"].choices = [
            (need.pk, str(need)) for need in Need.objects.order_by("position", "pk")
        ]
        self.fields["goals"].choices = [
            (goal.pk, str(goal)) for goal in Sdg.objects.order_by("number")
        ]
        self.fields["goals"].help_text = _("A shared goal counts for a request; none excludes it.")
        self.initial["departments"] = " ".join(self.instance.departments)

    def clean_goals(self):
        return sorted(int(goal) for goal in self.cleaned_data["goals"])

    def clean_departments(self):
        return as_territories(self.cleaned_data["departments"])
