"""What `manage.py doctor` tries out where it is asked to: the address as people reach it, and one mail."""

import smtplib
from email.utils import parseaddr
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ssl import SSLCertVerificationError
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.deployment.doctor import Finding, State

CONNECTIONS = {"http": HTTPConnection, "https": HTTPSConnection}
SECONDS = 10
OPENED, MAILED = gettext_lazy("As people open it"), gettext_lazy("A mail as a trial")


def try_address() -> Finding:
    """Ask RELAIS_URL as a browser does, through whatever stands in front."""
    try:
        ready, login = _ask("/healthz/ready"), _ask(reverse("crm:login"))
    except SSLCertVerificationError as error:
        return _wrong(
            OPENED,
            _("Browsers refuse its certificate: %(why)s.") % {"why": error.verify_message},
            _("Have the proxy get one for the name in RELAIS_URL."),
        )
    except (OSError, HTTPException, KeyError) as error:
        return _wrong(
            OPENED,
            _("%(address)s cannot be opened: %(why)s.")
            % {"address": settings.SITE_URL, "why": error or type(error).__name__},
            _("Do the web process and the proxy run, and does the name lead to this machine?"),
        )
    return _finding_of(ready.status, login)


def _ask(path: str) -> HTTPResponse:
    parts = urlsplit(settings.SITE_URL)
    connection = CONNECTIONS[parts.scheme](parts.hostname or "", parts.port, timeout=SECONDS)
    connection.request("GET", path, headers={"Connection": "close"})
    answer = connection.getresponse()
    answer.read()
    return answer


def _finding_of(ready: int, login: HTTPResponse) -> Finding:
    status = login.status
    if 300 <= status < 400:
        return _wrong(
            OPENED,
            _("Relais takes requests by HTTPS for plain ones, and sends browsers in a circle."),
            _("The proxy must set X-Forwarded-Proto to https."),
        )
    if status == 400:
        return _wrong(
            OPENED,
            _("Relais does not know the name that it is asked by."),
            _("The proxy must keep Host, and RELAIS_HOSTS hold the name in RELAIS_URL."),
        )
    if status != 200:
        return _wrong(
            OPENED,
            _("The page to log in answers %(status)s.") % {"status": status},
            _("The log says why."),
        )
    if ready != 200:
        return _wrong(
            OPENED,
            _("It answers, and says that it is not ready (%(status)s).") % {"status": ready},
            _("The other lines say why; or else the web process runs another version."),
        )
    return Finding(OPENED, State.WELL, _("%(address)s answers.") % {"address": settings.SITE_URL})


def try_mail(to: str) -> Finding:
    """Send one mail, past everything that would wait or try again, and tell what the server answers to each step."""
    message = EmailMessage(
        settings.EMAIL_SUBJECT_PREFIX + _("a mail as a trial"),
        _("This mail shows that Relais reaches you. Nothing is to be done.")
        + f"\n\n{settings.SITE_URL}\n",
        to=[to],
    )
    if not settings.EMAIL_HOST:
        message.send()
        return Finding(
            MAILED,
            State.LOOK,
            _("It reaches nobody: no mail server is set."),
            _("Set EMAIL_HOST."),
        )
    return _said_by_server(message, to)


def _said_by_server(message: EmailMessage, to: str) -> Finding:
    backend = smtp.EmailBackend()
    try:
        backend.open()
        server = cast("smtplib.SMTP", backend.connection)
        code, words = _hand_over(server, message, to)
    except smtplib.SMTPResponseException as refused:
        code, words = refused.smtp_code, refused.smtp_error
    except (OSError, smtplib.SMTPException) as error:
        return _wrong(
            MAILED,
            _("%(server)s cannot be spoken to: %(why)s.") % {"server": _server(), "why": error},
            _("Are EMAIL_HOST, EMAIL_PORT and EMAIL_SECURITY what the provider says?"),
        )
    finally:
        backend.close()
    facts = {"server": _server(), "code": code, "words": _text(words)}
    if code < 400:
        return Finding(MAILED, State.WELL, _("%(server)s took it: %(code)s %(words)s") % facts)
    return _wrong(
        MAILED,
        _("%(server)s refused it: %(code)s %(words)s") % facts,
        _("Are EMAIL_USER, EMAIL_PASSWORD and RELAIS_FROM those that the server knows?"),
    )


def _hand_over(server: smtplib.SMTP, message: EmailMessage, to: str) -> tuple[int, bytes | str]:
    """The first answer that refuses, or the last one."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    server.ehlo_or_helo_if_needed()
    content = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django’s own
    code, words = 0, b""
    for step in (
        partial(server.mail, sender),
        partial(server.rcpt, to),
        partial(server.data, content),
    ):
        code, words = step()
        if code >= 400:
            break
    return code, words


def _server() -> str:
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


def _text(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())


def _wrong(subject: object, what: str, mend: str) -> Finding:
    return Finding(subject, State.WRONG, what, mend)  # type: ignore[arg-type]
