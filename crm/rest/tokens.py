from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from knox.auth import TokenAuthentication
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from crm.selectors.keys import is_alive
from crm.services.keys import note_use

READS = {"GET", "HEAD", "OPTIONS"}


class ApiTokenAuthentication(TokenAuthentication):
    """A key in `Authorization: Bearer` or `Token`; it opens the routes of its areas, and where it reads only, no more.

    knox deletes expired keys while it authenticates; a GET of ours may not write, so they are only refused.
    """

    def authenticate(self, request):
        found = super().authenticate(request)
        if found:
            _user, key = found
            refuse_beyond(key, request.method, request.parser_context["view"])
            note_use(key, today=timezone.localdate())
        return found

    def authenticate_header(self, request):
        """The word before the key, as it was sent; knox takes no other."""
        word = get_authorization_header(request).partition(b" ")[0]
        return "Bearer" if word.lower() == b"bearer" else super().authenticate_header(request)

    def authenticate_credentials(self, token):
        """knox fails on bytes that are no text."""
        try:
            return super().authenticate_credentials(token)
        except UnicodeDecodeError:
            raise AuthenticationFailed from None

    def _cleanup_token(self, auth_token):
        return not is_alive(auth_token, timezone.now())


def refuse_beyond(key, method, view):
    """PermissionDenied where the key reads only, or opens other areas; each opens a view whose `area` is ""."""
    if method not in READS and not key.may_write:
        raise PermissionDenied(_("This key reads only: it changes nothing."))
    area = getattr(view, "area", type(view).__module__.partition(".")[0])
    if area and not key.opens(area):
        raise PermissionDenied(_("This key does not open this part of the API."))


class ApiTokenScheme(OpenApiAuthenticationExtension):
    """How the document of the API names it."""

    target_class = "crm.rest.tokens.ApiTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return build_bearer_security_scheme_object(
            header_name="Authorization",
            token_prefix="Token",  # noqa: S106
        )
