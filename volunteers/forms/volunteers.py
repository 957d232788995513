from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, SeenField
from crm.forms.organisations import members_of
from crm.models import Organisation
from volunteers.models import Skill, Volunteer


class VolunteerForm(forms.ModelForm):
    seen = SeenField()
    available_from = DayField(label=_("Available from"))
    available_to = DayField(label=_("Available until"), required=False)
    skills = forms.ModelMultipleChoiceField(
        label=_("Skills"), queryset=Skill.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Volunteer
        fields = ["days_a_week", "available_from", "available_to"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["skills"].queryset = Skill.objects.order_by("name_fr", "pk")
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
            self.fields["skills"].initial = list(self.instance.levels.order_by("pk").values_list("skill", flat=True))


class VolunteerCreateForm(VolunteerForm):
    full_name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    sponsor = forms.ModelChoiceField(label=_("Sponsor company"), queryset=Organisation.objects.none())

    member = forms.ModelChoiceField(label=_("Coalition member"), queryset=Organisation.objects.none())

    field_order = ["full_name", "email", "sponsor", "member"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["seen"]
        self.fields["member"].queryset = members_of(user)
        self.fields["member"].initial = members_of(user).first()
        sponsors = Organisation.objects.visible_to(user).filter(is_sponsor=True)
        self.fields["sponsor"].queryset = sponsors.order_by("name", "pk")
