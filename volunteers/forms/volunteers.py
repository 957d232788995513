from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import AnotherField, DayField, ModelForm, SeenField
from crm.forms.organisations import members_of
from crm.models import Organisation
from volunteers.models import Skill, Volunteer, VolunteerSkill
from volunteers.services.volunteers import NewVolunteer, VolunteerProfile


class VolunteerForm(ModelForm):
    seen = SeenField()
    available_from = DayField(label=_("Available from"))
    available_to = DayField(label=_("Available until"), required=False)

    class Meta:
        model = Volunteer
        fields = ["days_a_week", "available_from", "available_to", "languages"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.skills = {f"skill_{skill.pk}": skill for skill in Skill.objects.by_name()}
        held = {}
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
            held = dict(self.instance.levels.order_by("pk").values_list("skill", "level"))
        for name, skill in self.skills.items():
            self.fields[name] = forms.TypedChoiceField(
                label=str(skill),
                choices=[("", "—"), *VolunteerSkill.Level.choices],
                coerce=int,
                empty_value=None,
                required=False,
                initial=held.get(skill.pk),
            )

    def plain(self):
        return [field for field in self if field.name not in self.skills]

    def of_skills(self):
        return [self[name] for name in self.skills]

    def clean(self):
        """`levels` is {skill: level} of those that were chosen."""
        cleaned = super().clean()
        levels_by_skill = {skill: cleaned.pop(name, None) for name, skill in self.skills.items()}
        cleaned["levels"] = {
            skill: level for skill, level in levels_by_skill.items() if level is not None
        }
        return cleaned

    def profile(self) -> VolunteerProfile:
        return VolunteerProfile(**self._profile_data())

    def _profile_data(self):
        names = ("days_a_week", "available_from", "available_to", "languages", "levels")
        return {name: self.cleaned_data[name] for name in names}


class VolunteerCreateForm(VolunteerForm):
    full_name = forms.CharField(label=_("Name"), max_length=150)
    latin_name = forms.CharField(
        label=_("Name in Latin letters"),
        max_length=150,
        required=False,
        help_text=_("For papers, where the name has letters that they cannot print."),
    )
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    sponsor = forms.ModelChoiceField(
        label=_("Sponsor company"), queryset=Organisation.objects.none()
    )

    member = forms.ModelChoiceField(
        label=_("Coalition member"), queryset=Organisation.objects.none()
    )
    is_another = AnotherField()

    field_order = ["full_name", "latin_name", "email", "sponsor", "member"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["seen"]
        self.fields["member"].queryset = members_of(user)
        self.fields["member"].initial = members_of(user).first()
        sponsors = Organisation.objects.visible_to(user).filter(is_sponsor=True)
        self.fields["sponsor"].queryset = sponsors.order_by("sort_name", "pk")

    def person(self) -> NewVolunteer:
        names = ("full_name", "latin_name", "email", "sponsor", "member")
        return NewVolunteer(
            **{name: self.cleaned_data[name] for name in names}, **self._profile_data()
        )
