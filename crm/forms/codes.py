"""Forms of whoever logs in without a password, forgot it, or is asked once more who they are."""

from allauth.account import forms as allauth
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.forms.accounts import TOO_MANY
from crm.models import User
from crm.services import tries
from crm.web import devices
from crm.web.accounts import WRONG_CODE
from crm.web.networks import network_of

CODE = forms.CharField(
    label=_("Code"),
    max_length=20,
    widget=forms.TextInput(
        attrs={"autofocus": True, "autocomplete": "one-time-code", "autocapitalize": "characters"}
    ),
)


def here_of(account, request):
    """From where a try of an account comes, as crm.services.tries counts it."""
    return {"network": network_of(request), "device": devices.known_to(account, request)}


class MailWantedForm(forms.Form):
    """The address to which a code or a link goes. What it answers does not tell whether an account has it."""

    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_email(self):
        email = self.cleaned_data["email"].strip().lower()
        if not tries.may_ask_for_mail(email, **here_of(email, self.request), at=timezone.now()):
            raise ValidationError(TOO_MANY_MAILS, code="throttled")
        self.user = self._user = User.objects.filter(email=email, is_active=True).first()
        return email


TOO_MANY_MAILS = _(
    "Too many messages were asked for at this address. Wait an hour, then try again."
)


class LogInCodeForm(allauth.ConfirmLoginCodeForm):
    """Each code that is typed is a try of the account, counted with those of its password."""

    code = CODE

    def __init__(self, *args, request, account, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.account = request, account

    def clean_code(self):
        here, now = here_of(self.account, self.request), timezone.now()
        if not tries.may_try_log_in(self.account, **here, at=now):
            raise ValidationError(TOO_MANY, code="throttled")
        code = super().clean_code()
        tries.forgive_tries(self.account, **here, at=now)
        return code


class SetUpForm(ActivateTOTPForm):
    """A code of the app proves that it has the secret."""

    code = CODE


class SecondFactorForm(AuthenticateForm):
    """A code of the app or of the paper, counted as tries of a password are; one of the app lets in once."""

    code = CODE

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_code(self):
        account, now = f"second factor of {self.user.pk}", timezone.now()
        here = {
            "network": network_of(self.request),
            "device": devices.known_to(self.user.email, self.request),
        }
        if not tries.may_try_log_in(account, **here, at=now):
            raise ValidationError(TOO_MANY, code="throttled")
        code = normalize_user_code(super().clean_code())
        if not tries.count_try(tries.CODE_USED, str(self.user.pk), code, at=now):
            raise ValidationError(WRONG_CODE, code="used")
        tries.forgive_tries(account, **here, at=now)
        return code


class OwnCodeWantedForm(forms.Form):
    """The code goes to the account's own address: there is nothing to fill in."""

    def __init__(self, *args, user, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.request = user, request

    def clean(self):
        email = self.user.email
        if not tries.may_ask_for_mail(email, **here_of(email, self.request), at=timezone.now()):
            raise ValidationError(TOO_MANY_MAILS, code="throttled")
        return self.cleaned_data | {"email": email}


class AgainForm(forms.Form):
    """The password, of whoever is logged in already."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autofocus": True, "autocomplete": "current-password"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        account = str(self.user.pk)
        if not tries.count_try(tries.OLD_PASSWORD, account, at=timezone.now()):
            raise ValidationError(TOO_MANY, code="throttled")
        if not self.user.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("This is not your password."), code="incorrect")
        tries.forget_tries(tries.OLD_PASSWORD, account)
        return self.cleaned_data["password"]
