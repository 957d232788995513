"""Sessions that last thirty days from the last visit, are written once a day at most, and know whose they are."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

RENEWED_EVERY = timedelta(days=1)


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls):
        from crm.models import Session  # settings name this module before there are models

        return Session

    def create_model_instance(self, data):
        session = super().create_model_instance(data)
        session.user_id = data.get(SESSION_KEY)
        return session

    def load(self):
        """A session that was not renewed for a day counts as modified: Django saves it, and sends its cookie anew."""
        session = self._get_session_from_db()
        if session is None:
            return {}
        remaining = session.expire_date - timezone.now()
        self.modified = (
            self.modified
            or remaining < timedelta(seconds=settings.SESSION_COOKIE_AGE) - RENEWED_EVERY
        )
        return self.decode(session.session_data)
