"""The provider of identities by which people may log in, where one is set: OpenID Connect."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from crm.deployment.environment import Environment
from crm.deployment.mail import LOOPBACK

PARTS = ("RELAIS_OIDC_CLIENT_ID", "RELAIS_OIDC_SECRET", "RELAIS_OIDC_NAME")
LONGEST = 200  # of an issuer, as the column has it that says of which provider a link is


@dataclass(frozen=True)
class Provider:
    """`name` is what people call it; `origins` are those of its pages, to which our forms may lead."""

    issuer: str
    client_id: str
    secret: str
    name: str
    origins: tuple[str, ...]


def provider_of(env: Environment) -> Provider | None:
    """None where no issuer is set; ImproperlyConfigured where a part is missing, or cannot be meant."""
    issuer = env.text("RELAIS_OIDC_ISSUER").rstrip("/")
    client_id, secret = env.text("RELAIS_OIDC_CLIENT_ID"), env.secret("RELAIS_OIDC_SECRET")
    name, origins = env.text("RELAIS_OIDC_NAME"), env.texts("RELAIS_OIDC_ORIGINS")
    given = dict(zip(PARTS, (client_id, secret, name), strict=True))
    if not issuer:
        if any(given.values()) or origins:
            raise ImproperlyConfigured(
                "RELAIS_OIDC_ISSUER is missing: the address of the provider."
            )
        return None
    if missing := [setting for setting, value in given.items() if not value]:
        raise ImproperlyConfigured(f"RELAIS_OIDC_ISSUER needs {', '.join(missing)} as well.")
    env.needs("requests", "jwt", setting="RELAIS_OIDC_ISSUER", file="oidc")
    if "/.well-known/" in issuer or len(issuer) > LONGEST:
        raise ImproperlyConfigured(
            "RELAIS_OIDC_ISSUER is the address before /.well-known/openid-configuration."
        )
    own = origin_of(issuer, setting="RELAIS_OIDC_ISSUER")
    more = tuple(origin_of(address, setting="RELAIS_OIDC_ORIGINS") for address in origins)
    return Provider(issuer, client_id, secret, name, (own, *more))


def origin_of(address: str, *, setting: str) -> str:
    """Where a page stands; in clear on this machine alone, where a provider is tried."""
    parts = urlsplit(address)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not is_safe or not parts.hostname or "@" in parts.netloc or set(parts.netloc) & set(" ;,'*"):
        raise ImproperlyConfigured(f"{setting} begins with https:// and a name.")
    return f"{parts.scheme}://{parts.netloc}"
