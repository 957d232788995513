"""A mail server on loopback, of the tests: what it takes it keeps, and whom it refuses is said by the address."""

import asyncio
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from django.test import override_settings

from tests.journeys.site import free_port

REFUSED, LATER, SPAM = "nobody@", "later@", "spam@"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Keeps:
    def __init__(self, port, seconds_a_mail):
        self.mails, self.port, self.seconds_a_mail = [], port, seconds_a_mail

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 — aiosmtpd's name
        if address.startswith(REFUSED):
            return "550 5.1.1 no such box here"
        if address.startswith(LATER):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if any(address.startswith(SPAM) for address in envelope.rcpt_tos):
            return "554 5.7.1 not wanted"
        await asyncio.sleep(self.seconds_a_mail)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def mail_server(seconds_a_mail=0.0):
    """The server that the settings name, within; its `mails` are those that it took."""
    port = free_port()
    kept = Keeps(port, seconds_a_mail)
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with override_settings(
            MAIL_TRANSPORT=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_TIMEOUT=2
        ):
            yield kept
    finally:
        controller.stop()
