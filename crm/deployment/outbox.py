"""EMAIL_BACKEND: whatever Django, a library or we send becomes a row of the outbox; a worker sends it."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from crm.services import outbox


class Backend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each into the outbox; what `crm.mail.Mail` knows of itself goes along."""
        at = timezone.now()
        addressed = [message for message in email_messages if message.recipients()]
        for message in addressed:
            kind, useless_after = (
                getattr(message, "kind", ""),
                getattr(message, "useless_after", None),
            )
            outbox.put(message, at=at, kind=kind, useless_after=useless_after)
        return len(addressed)
