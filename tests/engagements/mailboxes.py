"""A mail server that refuses one address."""

from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail.backends.locmem import EmailBackend


class RefusesOne(EmailBackend):
    def send_messages(self, messages):
        for message in messages:
            if settings.REFUSED_ADDRESS in message.to:
                raise SMTPRecipientsRefused({settings.REFUSED_ADDRESS: (550, b"no such box")})
        return super().send_messages(messages)
