"""Forms that a browser fills with what a passkey says. Whatever else is sent in its place is refused in words."""

import json
from contextlib import contextmanager

from allauth.mfa.webauthn import forms as allauth
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.domain.passkeys import place_of

MAX_PASSKEYS = 10
NOT_TAKEN = _("This passkey was not taken. Try again, or choose another way.")
# What libraries raise who read a message that is none.
NO_MESSAGE = (AttributeError, LookupError, TypeError, ValueError, AssertionError, RecursionError)


@contextmanager
def _refused():
    try:
        yield
    except ValidationError:
        raise ValidationError(NOT_TAKEN, code="not taken") from None
    except NO_MESSAGE as reason:
        raise ValidationError(NOT_TAKEN, code="not taken") from reason


class _Spoken(forms.CharField):
    """What the passkey said, as the script of the page sends it."""

    def __init__(self):
        missing = _("No passkey was used. The page needs JavaScript for it.")
        super().__init__(
            widget=forms.HiddenInput, max_length=20_000, error_messages={"required": missing}
        )

    def clean(self, value):
        text = super().clean(value)
        with _refused():
            return json.loads(text)


def _refuse_elsewhere(response):
    """Only what was said on our own pages counts: not what another site of the same domain has asked for."""
    if response.response.client_data.origin.lower() != place_of(settings.SITE_URL).origin:
        raise ValidationError(NOT_TAKEN, code="elsewhere")


class RenamePasskeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("Where it is, so that you know later which one to remove: my phone, blue key."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AddPasskeyForm(RenamePasskeyForm):
    credential = _Spoken()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_credential(self):
        said = self.cleaned_data["credential"]
        if len(auth.get_credentials(self.user)) >= MAX_PASSKEYS:
            sentence = _("You have %(most)s passkeys: remove one first.")
            raise ValidationError(sentence, params={"most": MAX_PASSKEYS}, code="too many")
        with _refused():
            _refuse_elsewhere(auth.parse_registration_response(said))
            auth.complete_registration(said)
        return said


class _UsedHere:
    def clean_credential(self):
        with _refused():
            _refuse_elsewhere(auth.parse_authentication_response(self.cleaned_data["credential"]))
            return super().clean_credential()


class LogInPasskeyForm(_UsedHere, allauth.LoginWebAuthnForm):
    credential = _Spoken()


class SecondPasskeyForm(_UsedHere, allauth.AuthenticateWebAuthnForm):
    credential = _Spoken()
