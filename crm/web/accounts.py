"""What django-allauth asks of its host: who is in, what its messages and mails say here, and when it asks again."""

import time
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode.image.svg import SvgPathFillImage

from crm.domain.browsers import browser_of
from crm.domain.passkeys import place_of
from crm.mail import send
from crm.models import User
from crm.selectors.sessions import BROWSER, SINCE
from crm.web import devices
from crm.web.ciphers import ciphers

# Its templates of mails, by ours; what is not here is not sent.
MAILS = {
    "account/email/login_code": "log-in-code",
    "mfa/email/totp_activated": "factor-set-up",
    "mfa/email/totp_deactivated": "factor-given-up",
    "mfa/email/webauthn_added": "passkey-added",
    "mfa/email/webauthn_removed": "passkey-removed",
    "mfa/email/recovery_codes_generated": "codes-made",
}
# Its templates of messages, by our words; what is not here, the next page says itself.
SAID: dict[str, Any] = {}
FACTORS = "second factor"  # for which their secrets are encrypted
WRONG_CODE = gettext_lazy("This is not the code, or no longer.")


class Accounts(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "incorrect_password": gettext_lazy("This is not your password."),
        "too_many_login_attempts": gettext_lazy("Too many wrong codes: ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are invited."""
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Whichever way the account was entered, its owner is not kept out of this device by others' tries."""
        request.session[SINCE] = time.time()
        request.session[BROWSER] = browser_of(request.headers.get("User-Agent", ""))
        return devices.remember(super().post_login(request, user, **kwargs), user.email, request)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        messages.error(request, _("This account is closed."))
        return redirect("crm:login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Asked before what guards the account is changed, unless the person has just shown who they are."""
        return super().is_reauthentication_required(app=app) and not is_fresh(context.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Our own texts, in the reader's language; no address in them comes from what the browser sent."""
        reader = User.objects.filter(email=email, is_active=True).first()
        if reader:
            path = reverse("account_confirm_login_code")
            kind = MAILS[template_prefix]
            send(kind, email, language=reader.language, path=path, code=context["code"])

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any) -> None:
        """Whoever it was: the person is told."""
        if kind := MAILS.get(template_prefix):
            send(kind, user.email, language=user.language, path=reverse("crm:account"))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        message: str | None = None,
        **kwargs: Any,
    ) -> None:
        words = message or SAID.get(message_template or "")
        if words:
            messages.add_message(request, level, words)


class SecondFactors(DefaultMFAAdapter):
    """Secrets lie encrypted in the database; a copy of it without the key of this install shows none."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def build_totp_svg(self, url: str) -> str:
        """On white, also where the page is dark: else no phone reads it."""
        return qrcode.make(url, image_factory=SvgPathFillImage).to_string().decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are bound to the address of this install, whatever name the browser has sent."""
        return {"id": place_of(settings.SITE_URL).name, "name": "Relais"}

    def encrypt(self, text: str) -> str:
        return ciphers(FACTORS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What no key of ours opens becomes a secret that nobody has: no code is right, and nothing fails."""
        try:
            return ciphers(FACTORS).decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return generate_totp_secret()


def is_fresh(request: HttpRequest) -> bool:
    """Whether whoever is logged in here has shown who they are in the last minutes.

    A provider of identities may have let the browser in without asking its owner anything.
    """
    records = get_authentication_records(request, request.user)
    shown = [record["at"] for record in records if record["method"] != "socialaccount"]
    newest = max(shown, default=0)
    return time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
