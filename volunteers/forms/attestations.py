from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import SealField
from volunteers.selectors import attestations


class AttestationForm(forms.Form):
    """What the paper names; the days are counted, not typed."""

    signer = forms.CharField(label=_("Signed by (first and last name)"), max_length=150)
    function = forms.CharField(label=_("Function"), max_length=150)
    seen = SealField()
    language = forms.ChoiceField(label=_("Language of the paper"), choices=settings.LANGUAGES)
    milestones = forms.ModelMultipleChoiceField(
        label=_("Milestones to name"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    skills = forms.ModelMultipleChoiceField(
        label=_("Skills to name"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, assignment, **kwargs):
        super().__init__(*args, **kwargs)
        milestones = attestations.milestones_of(assignment)
        self.fields["milestones"].queryset = milestones
        self.fields["milestones"].initial = milestones
        self.fields["skills"].queryset = attestations.skills_of(assignment)
        self.fields["skills"].initial = attestations.needed_skills_of(assignment)
        for name in ("milestones", "skills"):
            if not self.fields[name].queryset.exists():
                del self.fields[name]

    def answers(self) -> attestations.AttestationAnswers:
        return attestations.AttestationAnswers(
            signer=self.cleaned_data["signer"],
            function=self.cleaned_data["function"],
            language=self.cleaned_data["language"],
            milestones=self.cleaned_data.get("milestones", ()),
            skills=self.cleaned_data.get("skills", ()),
        )


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it no longer stands"),
        help_text=_("Kept for you; the public page says that it is revoked, and not why."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
