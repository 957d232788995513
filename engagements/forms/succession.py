"""Who takes over what a person who leaves holds: one choice for each kind of holding, with nobody chosen at first."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engagements.selectors import holdings
from engagements.services.succession import SUCCESSOR, TAKER_PREFIX


class TakersForm(forms.Form):
    """Asks of each kind of what is held who takes it; `held` is {kind: [rows]}.

    `person`, a user or a contact, is who leaves. `successor_label` names whoever comes in their place, where one does.
    """

    def __init__(self, *args, held, today, person=None, successor_label="", **kwargs):
        super().__init__(*args, **kwargs)
        self.note = _note(person) if held and person else ""
        # A lead is a contact, who may have an account.
        leaving = {person, getattr(person, "user", None)}
        for key, rows in held.items():
            takers = [
                taker for taker in holdings.takers_of(key, rows, today) if taker not in leaving
            ]
            self.fields[f"{TAKER_PREFIX}{key}"] = taker_field(key, rows, takers, successor_label)


class TakeOverForm(TakersForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class LeaveForm(TakersForm):
    """`roles` are those that may end; without one the account is closed, and all of them with it."""

    role = forms.ChoiceField(label=gettext_lazy("What ends today"), widget=forms.RadioSelect)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    def __init__(self, *args, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.roles = {str(role.pk): role for role in roles}
        choices = [
            (key, f"{role.get_role_display()}, {role.organisation}")
            for key, role in self.roles.items()
        ]
        self.fields["role"].choices = [*choices, ("all", _("All of it: the account is closed"))]

    @property
    def membership(self):
        return self.roles.get(self.cleaned_data["role"])


def _note(person):
    sentence = _(
        "%(name)s still holds what stands below. It changes hands as soon as this is saved; "
        "what nobody takes waits for somebody from the day after the last day."
    )
    return sentence % {"name": person}


def taker_field(key, rows, takers, successor_label):
    people = {str(person.pk): person for person in takers}
    choices = [("", _("nobody for now")), *((pk, str(person)) for pk, person in people.items())]
    if successor_label:
        people[SUCCESSOR] = SUCCESSOR
        choices.insert(1, (SUCCESSOR, successor_label))
    return forms.TypedChoiceField(
        label=holdings.question(key, len(rows)),
        choices=choices,
        coerce=people.get,
        empty_value=None,
        required=False,
        help_text=holdings.names_of(rows) if people else _nobody(rows),
    )


def _nobody(rows):
    sentence = _(
        "%(names)s. Nobody else may take this over: first invite somebody, "
        "on the page of the organisation that accompanies."
    )
    return sentence % {"names": holdings.names_of(rows)}
