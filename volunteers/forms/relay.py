from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, ModelForm, SeenField, WholeField
from crm.typed import DAYS
from engagements.forms import TakersForm
from volunteers.models import Assignment, PartKnowledge, RelayDemand, RelayNote, SolutionPart, Volunteer
from volunteers.models.relay import TEXTS

LEVELS = [("", _("does not know it")), *PartKnowledge.Level.choices]


class LastDayForm(forms.Form):
    """The last day of a mission, and nothing else of it."""

    seen = SeenField()
    ends_on = DayField(label=_("New last day"))


class ShortenForm(TakersForm, LastDayForm):
    """With who takes over what the person holds in the engagement."""


class ReplaceForm(TakersForm):
    seen = SeenField()
    volunteer = forms.ModelChoiceField(label=_("Who takes over"), queryset=Volunteer.objects.none())
    last_day = DayField(label=_("Last day of the one who leaves"))
    overlap_days = WholeField(
        label=_("Working days side by side"),
        unit=DAYS,
        min_value=0,
        max_value=60,
        help_text=_("The one who arrives begins so many working days before that last day."),
    )
    ends_on = DayField(label=_("Last day of the one who arrives"))

    def __init__(self, *args, user, assignment, **kwargs):
        super().__init__(*args, **kwargs)
        others = Volunteer.objects.visible_to(user).exclude(pk=assignment.volunteer_id)
        self.fields["volunteer"].queryset = others.for_list()


class RelayNoteForm(ModelForm):
    """Four questions; what is left empty can be written later."""

    seen = SeenField()

    class Meta:
        model = RelayNote
        fields = ["successor", *TEXTS]
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in TEXTS}

    def __init__(self, *args, assignment, names_successor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version if self.instance.pk else 0
        others = Assignment.objects.filter(engagement=assignment.engagement_id, ends_on__gt=assignment.starts_on)
        self.fields["successor"].queryset = (
            others.exclude(volunteer=assignment.volunteer_id).select_related("volunteer__user").order_by("pk")
        )
        if not names_successor:
            del self.fields["successor"]


class RelayDemandForm(ModelForm):
    seen = SeenField()

    class Meta:
        model = RelayDemand
        fields = ["overlap_days"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version if self.instance.pk else 0


class PartForm(ModelForm):
    """A part of the solution and, person by person, how well they know it."""

    seen = SeenField()

    class Meta:
        model = SolutionPart
        fields = ["name"]

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {_key(person): person for person in people}
        known = {}
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
            known = {_key(row.volunteer or row.contact): row.level for row in self.instance.knowledge.for_list()}
        for key, person in self.people.items():
            self.fields[key] = level_field(str(person), known.get(key))

    def knowledge(self):
        """[(person, level or None)]."""
        return [(person, self.cleaned_data[key]) for key, person in self.people.items()]


class OwnKnowledgeForm(forms.Form):
    """What one person of the team says of themselves, part by part."""

    def __init__(self, *args, parts, volunteer, **kwargs):
        super().__init__(*args, **kwargs)
        self.parts = {f"part_{part.pk}": part for part in parts}
        for key, part in self.parts.items():
            own = [row.level for row in part.knowledge.all() if row.volunteer_id == volunteer.pk]
            self.fields[key] = level_field(part.name, own[0] if own else None)

    def levels(self):
        return [(part, self.cleaned_data[key]) for key, part in self.parts.items()]


def level_field(label, initial):
    return forms.TypedChoiceField(
        label=label, choices=LEVELS, coerce=int, empty_value=None, required=False, initial=initial or ""
    )


def _key(person):
    return f"{person._meta.model_name}_{person.pk}"
