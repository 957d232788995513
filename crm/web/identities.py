"""What django-allauth asks of its host about people whom a provider of identities knows."""

import logging
from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.services.identities import account_of

logger = logging.getLogger(__name__)
NOT_THROUGH = gettext_lazy(
    "The log-in with %(provider)s did not go through. Try again, or log in another way."
)


def ours() -> Any:
    """The provider of the settings, for what is there only where one is set."""
    return settings.OIDC


class Identities(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """People are invited."""
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list:
        """There is one provider, that of the settings; the table of others stays empty."""
        return []

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Whoever is not let in reads the same sentence, whether there is such an account or not."""
        user = account_of(sociallogin.identity, provider=ours().name)
        if user is None:
            words = _(
                "%(provider)s does not open Relais to you. Log in another way, or ask whoever looks after Relais."
            )
            send_back(request, words)
        sociallogin.user = user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> NoReturn:
        if exception:
            trouble = type(exception.__cause__ or exception).__name__
            logger.warning("A log-in by the provider failed.", extra={"trouble": trouble})
        send_back(request, NOT_THROUGH)


def send_back(request: HttpRequest, words: str | Promise) -> NoReturn:
    messages.error(request, str(words) % {"provider": ours().name})
    raise ImmediateHttpResponse(HttpResponseRedirect(reverse("crm:login")))
