"""How mails leave: by a mail server, into a folder where that was chosen, printed in development alone."""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

from crm.deployment.environment import Environment

PRINTED = "django.core.mail.backends.console.EmailBackend"
SENT = "django.core.mail.backends.smtp.EmailBackend"
IN_A_FOLDER = "crm.deployment.mail_folder.Backend"
NONE, STARTTLS, TLS = "none", "starttls", "tls"
PORTS = {NONE: 25, STARTTLS: 587, TLS: 465}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
NOWHERE = (
    "Production wants EMAIL_HOST, the server that takes its mails: invitations and answers leave by mail, with secret "
    "links that must not be printed in a log. To try Relais without one, name a folder in RELAIS_MAIL_FOLDER."
)


@dataclass(frozen=True)
class Mail:
    """`security` is how the way to the server is encrypted; `folder` is "" unless mails are kept in one."""

    transport: str
    folder: str = ""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    security: str = NONE


def mail_of(env: Environment, *, production: bool) -> Mail:
    """ImproperlyConfigured where production has no way for its mails, or what is set cannot be meant."""
    folder, server = env.text("RELAIS_MAIL_FOLDER"), _server_of(env)
    if folder and server:
        raise ImproperlyConfigured("Set EMAIL_HOST or RELAIS_MAIL_FOLDER, not both.")
    if server:
        return server
    if folder:
        return Mail(IN_A_FOLDER, folder)
    if production:
        raise ImproperlyConfigured(NOWHERE)
    return Mail(PRINTED)


def _server_of(env: Environment) -> Mail | None:
    """The server, on the port and with the encryption that go together where only one of them is set.

    To another machine mails go encrypted unless port 25 or `none` says otherwise; a password never goes in clear unless
    `none` says so.
    """
    host, user, password = (
        env.text("EMAIL_HOST"),
        env.text("EMAIL_USER"),
        env.secret("EMAIL_PASSWORD"),
    )
    port = env.number("EMAIL_PORT", below=65536, default=None)
    security = env.choice("EMAIL_SECURITY", among=(NONE, STARTTLS, TLS))
    if not host:
        if user or password or port or security:
            raise ImproperlyConfigured("EMAIL_HOST is not set, and other settings of mail are.")
        return None
    if bool(user) != bool(password):
        raise ImproperlyConfigured("EMAIL_USER and EMAIL_PASSWORD are set together, or neither.")
    if not security:
        security = _usual_security(port, is_here=host in LOOPBACK, has_password=bool(password))
    return Mail(SENT, "", host, port or PORTS[security], user, password, security)


def _usual_security(port: int | None, *, is_here: bool, has_password: bool) -> str:
    if port == PORTS[TLS]:
        return TLS
    in_clear = port == PORTS[NONE] or (port is None and is_here)
    return NONE if in_clear and not has_password else STARTTLS
