from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.domain.typed import DAYS
from crm.forms.fields import DayField, ModelForm, SeenField, WholeField
from engagements.forms.succession import TakersForm
from volunteers.forms.assignments import PastLawField
from volunteers.models import (
    Assignment,
    PartKnowledge,
    RelayDemand,
    RelayNote,
    SolutionPart,
    Volunteer,
)
from volunteers.models.relay import NOTE_TEXTS

LEVELS = [("", _("does not know it")), *PartKnowledge.Level.choices]


class LastDayForm(forms.Form):
    """The last day of an assignment, and nothing else of it."""

    seen = SeenField()
    ends_on = DayField(label=_("New last day"))


class LaterDayForm(LastDayForm):
    past_law = PastLawField()


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
    past_law = PastLawField()

    def __init__(self, *args, user, assignment, **kwargs):
        super().__init__(*args, **kwargs)
        others = Volunteer.objects.visible_to(user).exclude(pk=assignment.volunteer_id)
        self.fields["volunteer"].queryset = others.for_list()


class RelayNoteForm(ModelForm):
    """Four questions; what is left empty can be written later."""

    seen = SeenField()

    class Meta:
        model = RelayNote
        fields = ["successor", *NOTE_TEXTS]
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in NOTE_TEXTS}

    def __init__(self, *args, assignment, names_successor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version if self.instance.pk else 0
        others = Assignment.objects.filter(
            engagement=assignment.engagement_id, ends_on__gt=assignment.starts_on
        )
        self.fields["successor"].queryset = (
            others.exclude(volunteer=assignment.volunteer_id)
            .select_related("volunteer__user")
            .order_by("pk")
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


class LevelFields:
    """A form of levels of knowledge, a field each. Each is sent with the level that stood there when it was opened."""

    def show_saved_rows(self):
        """Somebody else saved levels meanwhile: fields not touched here take them, others show them beside."""
        untouched = set(self.fields) - set(self.changed_data)
        self.data = self.data.copy()
        for key, level in self.levels_now().items():
            field = self.fields[key]
            self.data[self[key].html_initial_name] = level or ""
            if level == self.cleaned_data.get(key):
                continue
            label_and_level = (field.label, dict(LEVELS)[level or ""])
            if key in untouched:
                self.data[key] = level or ""
            (self.taken_over if key in untouched else self.saved_now).append(label_and_level)


class SolutionPartForm(LevelFields, ModelForm):
    """A part of the solution and, person by person, how well they know it."""

    seen = SeenField()

    class Meta:
        model = SolutionPart
        fields = ["name"]

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {_key(person): person for person in people}
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
        levels = self.levels_now()
        for key, person in self.people.items():
            self.fields[key] = level_field(str(person), levels[key])

    def levels_now(self):
        rows = PartKnowledge.objects.filter(part=self.instance.pk).for_list()
        levels = {_key(row.volunteer or row.contact): row.level for row in rows}
        return {key: levels.get(key) for key in self.people}

    def knowledge(self):
        """[(person, level or None)]."""
        return [(person, self.cleaned_data[key]) for key, person in self.people.items()]


class OwnKnowledgeForm(LevelFields, forms.Form):
    """What one person of the team says of themselves, part by part."""

    def __init__(self, *args, parts, volunteer, **kwargs):
        super().__init__(*args, **kwargs)
        self.volunteer = volunteer
        self.parts = {f"part_{part.pk}": part for part in parts}
        levels = self.levels_now()
        for key, part in self.parts.items():
            self.fields[key] = level_field(part.name, levels[key])

    def levels_now(self):
        rows = PartKnowledge.objects.filter(part__in=self.parts.values(), volunteer=self.volunteer)
        levels = {
            f"part_{part}": level
            for part, level in rows.order_by("pk").values_list("part", "level")
        }
        return {key: levels.get(key) for key in self.parts}

    def levels(self):
        """[(part, level or None, the level that was read)]; who does not say what they read has read none."""
        return [(part, self.cleaned_data[key], self._read(key)) for key, part in self.parts.items()]

    def _read(self, key):
        try:
            return self.fields[key].clean(self.data.get(self[key].html_initial_name, ""))
        except ValidationError:
            return None


def level_field(label, initial):
    return forms.TypedChoiceField(
        label=label,
        choices=LEVELS,
        coerce=int,
        empty_value=None,
        required=False,
        initial=initial or "",
        show_hidden_initial=True,
    )


def _key(person):
    return f"{person._meta.model_name}_{person.pk}"
