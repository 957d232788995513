from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from crm.selectors.keys import is_alive


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


class ApiTokenScheme(OpenApiAuthenticationExtension):
    """How the document of the API names it."""

    target_class = "crm.rest.tokens.ApiTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return build_bearer_security_scheme_object(
            header_name="Authorization",
            token_prefix="Token",  # noqa: S106
        )
