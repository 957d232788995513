from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.domain.request_states import BARRIERS, DeclineReason
from crm.forms.fields import DayField, ModelForm, SeenField
from crm.identifiers import compact, compact_rna
from crm.models import Need, Organisation, SupportRequest
from crm.services.requests import REQUIRED_FIELDS

SALT = "support-request"
DAY = 24 * 3600
ONCE_MORE = "again"  # signed into the page that asks once more, which may be answered at any speed


class BeginRequestForm(forms.Form):
    """The first page. Robots fill the field that people do not see; who is very quick is asked once more."""

    contact_name = forms.CharField(label=_("Your name"), max_length=150)
    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        help_text=_(
            "We send one message with a link, so that you can stop and go on whenever you like."
        ),
    )
    website_2 = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)
    begun = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["begun"].initial = signing.TimestampSigner(salt=SALT).sign("x")
        self.fields["website_2"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}
        self.fields["contact_name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    @property
    def is_by_a_robot(self):
        """Only asked of a form that is valid."""
        return bool(self.cleaned_data["website_2"])

    def clean(self):
        """Too soon or too late is a reason to ask once more, never to drop what a person wrote."""
        cleaned = super().clean()
        if not self.errors and not self.is_by_a_robot and (why := self._why_once_more()):
            self.data = self.data.copy()
            self.data[self.add_prefix("begun")] = signing.TimestampSigner(salt=SALT).sign(ONCE_MORE)
            raise ValidationError(why, code="once-more")
        return cleaned

    def _why_once_more(self):
        signer, begun = signing.TimestampSigner(salt=SALT), self.cleaned_data["begun"]
        try:
            is_asked_again = signer.unsign(begun, max_age=DAY) == ONCE_MORE
        except signing.BadSignature:
            return _(
                "This page was open for a long time. Nothing is lost: press the button once more."
            )
        try:
            signer.unsign(begun, max_age=settings.REQUEST_LIMITS["seconds_to_begin"])
        except signing.SignatureExpired:
            return ""
        return (
            ""
            if is_asked_again
            else _("That was very quick. Nothing is lost: press the button once more.")
        )


class StepForm(ModelForm):
    """One page of the request. Everything may stay empty until it is sent: a draft is never refused for a gap.

    What the sending will ask for is not called optional.
    """

    conditions = dict.fromkeys([*REQUIRED_FIELDS, *(f"barrier_{name}" for name in BARRIERS)], "")

    class Meta:
        model = SupportRequest
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def valid_values(self):
        """{name: value} of the fields that are valid, which are saved even where another field is wrong."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.errors}


class OrganisationStep(StepForm):
    siren = forms.CharField(label="SIREN", max_length=20, help_text=_("9 digits; spaces are fine."))
    siret = forms.CharField(
        label="SIRET", max_length=25, help_text=_("14 digits; spaces are fine.")
    )
    rna = forms.CharField(
        label="RNA",
        max_length=80,
        help_text=_(
            "W followed by 9 characters; in Alsace and Moselle the volume and folio of the court's register."
        ),
    )

    class Meta(StepForm.Meta):
        fields = [
            "siren",
            "siret",
            "rna",
            "name",
            "ess_form",
            "website",
            "postal_code",
            "city",
            "staff_count",
            "annual_budget",
            "phone",
        ]

    def clean_siren(self):
        return compact(self.cleaned_data["siren"]) or None

    def clean_siret(self):
        return compact(self.cleaned_data["siret"]) or None

    def clean_rna(self):
        return compact_rna(self.cleaned_data["rna"]) or None


class NeedStep(StepForm):
    class Meta(StepForm.Meta):
        fields = ["need", "need_text", "audience", "sdgs"]
        widgets = {
            "audience": forms.RadioSelect,
            "sdgs": forms.CheckboxSelectMultiple,
            "need_text": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "need_text": _(
                "What happens today, for whom, and what the tool should change. A few lines are enough."
            ),
            "sdgs": _("Those that your project serves."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["need"].queryset = Need.objects.order_by("position", "pk")
        self.fields["sdgs"].queryset = self.fields["sdgs"].queryset.order_by("number")


class ProjectStep(StepForm):
    class Meta(StepForm.Meta):
        fields = ["maturity", "lead", "skills", "running_budget", "more"]
        widgets = {
            "maturity": forms.RadioSelect,
            "lead": forms.RadioSelect,
            "skills": forms.RadioSelect,
            "more": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "running_budget": _(
                "Hosting, domain name, maintenance. Leave it empty if you do not know."
            )
        }


class BarriersStep(StepForm):
    class Meta(StepForm.Meta):
        fields = [f"barrier_{name}" for name in BARRIERS]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (label, anchors) in BARRIERS.items():
            self.fields[f"barrier_{name}"] = forms.TypedChoiceField(
                label=label,
                choices=list(enumerate(anchors)),
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )


STEPS = {
    "organisation": (_("The organisation"), OrganisationStep),
    "need": (_("The need"), NeedStep),
    "project": (_("The project"), ProjectStep),
    "barriers": (_("Barriers"), BarriersStep),
}


def step_of(field):
    """The page of the form on which a field stands."""
    return next(slug for slug, (_title, form) in STEPS.items() if field in form.base_fields)


class TextForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, auto_id="note_%s", **kwargs):
        super().__init__(*args, auto_id=auto_id, **kwargs)


class WithdrawForm(forms.Form):
    seen = SeenField()
    text = forms.CharField(
        label=_("Why, if you like"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, auto_id="withdraw_%s", **kwargs):
        super().__init__(*args, auto_id=auto_id, **kwargs)


class AddressForm(forms.Form):
    """Where the holder is written to, corrected before the request is sent."""

    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_(
            "Every answer goes there. Links that were sent to the other address stop working."
        ),
    )


class AttachForm(forms.Form):
    file = forms.FileField(label=_("File"), max_length=200)


class QualifyForm(forms.Form):
    seen = SeenField()
    organisation = forms.ModelChoiceField(
        label=_("Organisation in the directory"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("not in the directory yet"),
        help_text=_(
            "An identifier confirms nothing: make sure that they speak for this organisation."
        ),
    )

    def __init__(self, *args, support_request, user, like, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = support_request.version
        visible = Organisation.objects.visible_to(user)
        self.fields["organisation"].queryset = visible.filter(pk__in=like.values("pk")).order_by(
            "sort_name", "pk"
        )
        self.fields["organisation"].initial = support_request.organisation_id


class RequestChangeForm(StepForm):
    """What the desk completes or corrects after a call: every fact of the holder on one page."""

    conditions = {}
    seen = SeenField()
    siren = OrganisationStep.base_fields["siren"]
    siret = OrganisationStep.base_fields["siret"]
    rna = OrganisationStep.base_fields["rna"]

    class Meta(StepForm.Meta):
        fields = [
            "contact_name",
            "phone",
            "name",
            "siren",
            "siret",
            "rna",
            "ess_form",
            "website",
            "postal_code",
            "city",
            "staff_count",
            "annual_budget",
            "need",
            "need_text",
            "audience",
            "sdgs",
            "maturity",
            "lead",
            "skills",
            "running_budget",
            "more",
        ]
        widgets = {"sdgs": forms.CheckboxSelectMultiple}

    clean_siren = OrganisationStep.clean_siren
    clean_siret = OrganisationStep.clean_siret
    clean_rna = OrganisationStep.clean_rna

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
        self.fields["contact_name"].required = True
        self.fields["need"].queryset = Need.objects.order_by("position", "pk")
        self.fields["sdgs"].queryset = self.fields["sdgs"].queryset.order_by("number")
        # No history holds the goals, so the form sends along those that it was opened with.
        self.fields["sdgs"].show_hidden_initial = True


class NobodyForm(forms.Form):
    next_step = forms.CharField(
        label=_("What comes next, in words for the project holder"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Whom to turn to, what would change the answer, what the Coalition will do."),
    )
    review_on = DayField(label=_("Look at it again on"))
    seen = SeenField()


class ReferForm(forms.Form):
    """`offer` is chosen by the button of a member's row."""

    conditions = {
        "override_reason": _("(required for a member that does not fit, is closed or is full)")
    }
    seen = SeenField()
    offer = forms.ModelChoiceField(queryset=None)
    override_reason = forms.CharField(
        label=_("Why, against the rules"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, offers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offer"].queryset = offers


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        label=_("Goes on as"),
        queryset=SupportRequest.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    seen = SeenField()

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=DeclineReason.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("In words, for the project holder"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = SeenField()

    def __init__(self, *args, auto_id="decline_%s", **kwargs):
        super().__init__(*args, auto_id=auto_id, **kwargs)
