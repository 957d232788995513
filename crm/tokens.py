from django.utils import timezone
from knox.auth import TokenAuthentication


class ApiTokenAuthentication(TokenAuthentication):
    """knox deletes expired tokens while it authenticates; a GET of ours may not write, so they are only refused."""

    def _cleanup_token(self, auth_token):
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()
