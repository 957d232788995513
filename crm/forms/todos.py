import re

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crm.domain.roles import Role
from crm.domain.todos import KEY
from crm.forms.fields import DayField

MAX_KEYS = 100  # of one row of the first page


class KeysField(forms.CharField):
    """The keys of the to-dos of one row, a space between two of them."""

    def clean(self, value):
        keys = super().clean(value).split()
        if len(keys) > MAX_KEYS or not all(re.fullmatch(KEY, key, re.ASCII) for key in keys):
            raise forms.ValidationError(self.error_messages["required"])
        return keys


class SnoozeForm(forms.Form):
    key = KeysField(max_length=100 * MAX_KEYS)
    title = forms.CharField(max_length=300)
    until = DayField()


class DigestForm(forms.Form):
    """Left as it is, it changes nothing: whoever has not chosen goes on as their role has it."""

    digest = forms.ChoiceField(label=_("How often"), required=False)
    language = forms.ChoiceField(label=_("Language of the mails"), choices=settings.LANGUAGES)
    week_mail = forms.BooleanField(
        label=_("Each Friday, the link of my week if it is not logged yet"), required=False
    )

    def __init__(self, *args, user, **kwargs):
        chosen = {"digest": user.digest, "language": user.language, "week_mail": user.week_mail}
        super().__init__(*args, initial=chosen, **kwargs)
        usual = _("as my role has it: %(often)s") % {"often": user.Digest(user.usual_digest).label}
        self.fields["digest"].choices = [("", usual), *user.Digest.choices]
        if not user.holds(Role.VOLUNTEER):
            del self.fields["week_mail"]
