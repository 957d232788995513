"""What django-allauth asks of its host: who is in, what its messages and mails say here, and when it asks again."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.mail import send
from crm.models import User
from crm.web import devices

# Its templates of mails, by ours; what is not here is not sent.
MAILS = {"account/email/login_code": "log-in-code"}
# Its templates of messages, by our words; what is not here, the next page says itself.
SAID: dict[str, Any] = {}


class Accounts(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This is not the code, or no longer."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "too_many_login_attempts": gettext_lazy("Too many wrong codes: ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are invited."""
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Whichever way the account was entered, its owner is not kept out of this device by others' tries."""
        return devices.remember(super().post_login(request, user, **kwargs), user.email, request)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        messages.error(request, _("This account is closed."))
        return redirect("crm:login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Asked before what guards the account is changed, unless the person has just shown who they are."""
        return super().is_reauthentication_required(app=app) and not is_fresh(context.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Our own texts, in the reader's language; no address in them comes from what the browser sent."""
        kind = MAILS.get(template_prefix)
        reader = User.objects.filter(email=email, is_active=True).first()
        if kind and reader:
            path = reverse("account_confirm_login_code")
            send(kind, email, language=reader.language, path=path, code=context["code"])

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """What changed is told by the services that change it."""

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


def is_fresh(request: HttpRequest) -> bool:
    """Whether whoever is logged in here has shown who they are in the last minutes."""
    records = get_authentication_records(request, request.user)
    newest = max((record["at"] for record in records), default=0)
    return time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
