"""Sessions that last thirty days from the last visit, and are written once a day at most."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends import db
from django.utils import timezone

RENEWED_EVERY = timedelta(days=1)


class SessionStore(db.SessionStore):
    def load(self):
        """One that was not renewed for a day counts as changed: Django saves it, and sends its cookie anew."""
        found = self._get_session_from_db()
        if found is None:
            return {}
        left = found.expire_date - timezone.now()
        self.modified = (
            self.modified or left < timedelta(seconds=settings.SESSION_COOKIE_AGE) - RENEWED_EVERY
        )
        return self.decode(found.session_data)
