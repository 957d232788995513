from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed


class ApiTokenAuthentication(TokenAuthentication):
    """knox deletes expired tokens while it authenticates; a GET of ours may not write, so they are only refused."""

    def authenticate_credentials(self, token):
        """knox fails on bytes that are no text."""
        try:
            return super().authenticate_credentials(token)
        except UnicodeDecodeError:
            raise AuthenticationFailed from None

    def _cleanup_token(self, auth_token):
        return not is_alive(auth_token, timezone.now())


def is_alive(token, at):
    """A key opens until it expires, its owner's password changes or their account is closed, even if opened again."""
    return (token.expiry is None or token.expiry >= at) and token.user.opens_with(token.created)


def keys_of(user, at):
    """The keys of a person that open something, the newest first."""
    tokens = AuthToken.objects.filter(user=user).select_related("user").order_by("-created")
    return [token for token in tokens if is_alive(token, at)]


def forget_dead_keys(at):
    """Rows of keys that open nothing any more."""
    tokens = AuthToken.objects.select_related("user").order_by("pk").iterator()
    dead = [token.pk for token in tokens if not is_alive(token, at)]
    return AuthToken.objects.filter(pk__in=dead).delete()[0]


class ApiTokenScheme(OpenApiAuthenticationExtension):
    """How the document of the API names it."""

    target_class = "crm.rest.tokens.ApiTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return build_bearer_security_scheme_object(header_name="Authorization", token_prefix="Token")  # noqa: S106
