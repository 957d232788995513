"""OpenID Connect, by django-allauth: what it leaves out is here. Needs the packages of requirements/oidc.txt.

Tokens are verified by the keys of the provider, whichever way they came, and name the log-in that asked for them.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jwt
from allauth.core.internal.datakit import parse_bool_safely
from allauth.socialaccount import app_settings
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from requests import RequestException

from crm.services.identities import Identity
from crm.web.identities import ours

# Those by which a provider signs with a key that it alone has.
ALGORITHMS = [f"{kind}{size}" for kind in ("RS", "PS", "ES") for size in (256, 384, 512)]
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri", "issuer")
CLOCKS = 60  # seconds that two machines may differ
# A provider that does not answer, or not as providers do.
TROUBLE = (RequestException, OAuth2Error)


@contextmanager
def answers_read() -> Iterator[None]:
    """Within, an answer that is not made as it must be is the provider's error, and none of ours."""
    try:
        yield
    except (jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise OAuth2Error("The provider answers otherwise than a provider does.") from error


def fetched(address: str, token: str = "") -> dict[str, Any]:
    with get_adapter().get_requests_session() as session, answers_read():
        answer = session.get(address, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer.raise_for_status()
        return dict(answer.json())


def discovered() -> dict[str, Any]:
    """What the provider of the settings says of itself."""
    said = fetched(f"{ours().issuer}/.well-known/openid-configuration")
    with answers_read():
        if str(said["issuer"]).rstrip("/") != ours().issuer:
            raise OAuth2Error("The provider calls itself otherwise.")
        return said | {name: str(said[name]) for name in NEEDED}


class Provider(OpenIDConnectProvider):
    def get_pkce_params(self) -> dict[str, Any]:
        """What proves at the end that it is this log-in, and the mark of it that the token is to bear."""
        proof = generate_code_challenge()
        return proof | {"nonce": _nonce_of(proof["code_verifier"])}

    def get_oauth2_adapter(self, request: HttpRequest) -> "Adapter":
        return Adapter(request, self.app.provider_id)

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing of what it says of a person is kept."""
        return {}


def the_provider(request: HttpRequest) -> Provider:
    app = SocialApp(
        provider=Provider.id,
        provider_id=ours().issuer,
        name=ours().name,
        client_id=ours().client_id,
        secret=ours().secret,
        settings={"scope": ["openid", "email"], "oauth_pkce_enabled": True},
    )
    return Provider(request, app=app)


class Adapter(OpenIDConnectOAuth2Adapter):
    nonce = ""

    def get_provider(self) -> Provider:
        return the_provider(self.request)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """As the provider knows it, whatever name the browser has sent."""
        return settings.SITE_URL + reverse("crm:provider-back")

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_said"):
            self._said = discovered()
        return self._said

    @property
    def basic_auth(self) -> bool:
        """A provider that names no way takes this one."""
        ways = self.openid_config.get("token_endpoint_auth_methods_supported")
        return "client_secret_post" not in (ways or ["client_secret_basic"])

    def get_access_token_data(
        self,
        request: HttpRequest,
        app: SocialApp,
        client: Any,
        pkce_code_verifier: str | None = None,
    ) -> dict[str, Any]:
        self.nonce = _nonce_of(pkce_code_verifier or "")
        with answers_read():
            return super().get_access_token_data(request, app, client, pkce_code_verifier)

    def parse_token(self, data: dict[str, Any]) -> Any:
        with answers_read():
            return super().parse_token(data)

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any
    ) -> Any:
        with answers_read():
            said = self._claims_of(str(kwargs["response"]["id_token"]), app)
            identity = self._identity_of(said, token.token)
        data = {"sub": identity.subject}
        login = self.get_provider().sociallogin_from_response(request, data)
        login.identity = identity
        return login

    def _claims_of(self, token: str, app: SocialApp) -> dict[str, Any]:
        """What stands in a token that the provider has signed for us, for this log-in, and that is not over."""
        keys = jwt.PyJWKSet.from_dict(fetched(self.openid_config["jwks_uri"])).keys
        named = jwt.get_unverified_header(token).get("kid")
        [key] = [key for key in keys if named in (None, key.key_id)]
        said = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=app.client_id,
            issuer=self.openid_config["issuer"],
            leeway=CLOCKS,
            options={"require": ["iss", "aud", "exp", "iat", "sub"]},
        )
        if said.get("nonce") != self.nonce or said.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("The token is of another log-in.")
        if not 0 < len(said["sub"]) <= app_settings.UID_MAX_LENGTH:
            raise OAuth2Error("The provider says nobody.")
        return said

    def _identity_of(self, said: dict[str, Any], token: str) -> Identity:
        """Where the token bears no address, the provider is asked for it."""
        place = self.openid_config.get("userinfo_endpoint")
        if "email" not in said and place:
            more = fetched(place, token)
            if more["sub"] != said["sub"]:
                raise OAuth2Error("The provider tells of somebody else.")
            said = more
        return Identity(
            issuer=ours().issuer,
            subject=said["sub"],
            email=str(said.get("email") or ""),
            is_verified=bool(parse_bool_safely(said.get("email_verified"))),
        )


def begin(request: HttpRequest, *, next_url: str) -> HttpResponse:
    """To the page of the provider; one of TROUBLE where it does not answer."""
    return the_provider(request).redirect(request, AuthProcess.LOGIN, next_url=next_url)


def end(request: HttpRequest) -> HttpResponse:
    """Back from there with a code: who it is, and in, by the stages of any log-in."""
    adapter = Adapter(request, ours().issuer)
    try:
        return OAuth2CallbackView.adapter_view(adapter)(request)
    except TROUBLE as error:  # it was asked what it is, and did not answer
        return get_adapter().on_authentication_error(
            request, adapter.get_provider(), exception=error
        )


def _nonce_of(verifier: str) -> str:
    digest = hashlib.sha256(f"nonce of {verifier}".encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
