from django import forms
from django.utils.translation import gettext_lazy as _

from crm.domain.roles import Role
from crm.forms.fields import AnotherField, AskedField, DayField, ModelForm, SeenField
from crm.identifiers import compact, compact_rna
from crm.models import Contact, Interaction, Organisation


class OrganisationForm(ModelForm):
    seen = SeenField()

    class Meta:
        model = Organisation
        fields = [
            "name",
            "is_beneficiary",
            "is_member",
            "is_sponsor",
            "is_funder",
            "siren",
            "siret",
            "rna",
            "legal_category",
            "ess_form",
            "is_esus",
            "general_interest",
            "purpose",
            "sdgs",
            "staff_count",
            "annual_budget",
            "street",
            "postal_code",
            "city",
            "website",
        ]
        widgets = {"sdgs": forms.CheckboxSelectMultiple}

    siren = forms.CharField(
        label="SIREN", max_length=20, required=False, help_text=_("9 digits; spaces are fine.")
    )
    siret = forms.CharField(
        label="SIRET", max_length=25, required=False, help_text=_("14 digits; spaces are fine.")
    )
    rna = forms.CharField(
        label="RNA",
        max_length=80,
        required=False,
        help_text=_(
            "W followed by 9 characters; in Alsace and Moselle the volume and folio of the court's register."
        ),
    )
    is_another = AnotherField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
        for name, order in (("legal_category", "code"), ("sdgs", "number")):
            if name in self.fields:
                self.fields[name].queryset = self.fields[name].queryset.order_by(order)
        if "sdgs" in self.fields:
            self.fields[
                "sdgs"
            ].show_hidden_initial = (
                True  # no history holds them: the form sends those that it was opened with
            )

    def _identifier(self, name):
        return compact(self.cleaned_data[name]) or None

    def clean_siren(self):
        return self._identifier("siren")

    def clean_siret(self):
        return self._identifier("siret")

    def clean_rna(self):
        return compact_rna(self.cleaned_data["rna"]) or None


class OwnCompanyForm(OrganisationForm):
    """What papers say of a company, given by its own contacts; the rest of the directory is not theirs to write."""

    class Meta(OrganisationForm.Meta):
        fields = ["siren", "siret", "legal_category", "street", "postal_code", "city"]

    rna = is_another = None


class ArchiveForm(forms.Form):
    why = forms.CharField(label=_("Reason"), max_length=300)
    anyway = AskedField(label=_("Archive it all the same"))
    seen = SeenField()


def members_of(user):
    """The members in whose name the person may write."""
    members = Organisation.objects.active().order_by("sort_name", "pk")
    if user.is_administrator:
        return members.filter(is_member=True)
    return members.filter(pk__in=user.organisations_as(Role.COORDINATOR))


class ContactForm(ModelForm):
    is_another = AnotherField()
    seen = SeenField()

    class Meta:
        model = Contact
        fields = ["full_name", "function", "email", "phone", "kept_by"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kept_by"].queryset = members_of(user)
        self.fields["kept_by"].initial = members_of(user).first()
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
        else:
            del self.fields["seen"]


class InteractionForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Interaction.Kind)
    happened_on = DayField(label=_("Day"))
    contact = forms.ModelChoiceField(
        label=_("With"), queryset=Contact.objects.none(), required=False
    )
    kept_by = forms.ModelChoiceField(label=_("Kept by"), queryset=Organisation.objects.none())
    text = forms.CharField(label=_("What was said"), max_length=10_000, widget=forms.Textarea)

    def __init__(self, *args, user, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = (
            Contact.objects.visible_to(user)
            .filter(organisation=organisation)
            .order_by("sort_name", "pk")
        )
        self.fields["kept_by"].queryset = members_of(user)
        self.fields["kept_by"].initial = members_of(user).first()
