"""What `manage.py check --deploy` asks of production beyond Django's own questions: a server that tells no lies."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.http.request import validate_host
from django.utils.translation import gettext as _

from crm.deployment.mail import LOOPBACK


@register(deploy=True)
def proxies_are_counted(app_configs, **kwargs) -> list[CheckMessage]:
    """RELAIS_PROXIES must be set: behind a proxy that is not counted everybody shares one network, and its limits."""
    if not settings.PRODUCTION or settings.PROXIES is not None:
        return []
    return [
        Error(
            _("RELAIS_PROXIES is not set: how many proxies stand in front of Relais?"),
            hint=_(
                "1 for one reverse proxy that appends to X-Forwarded-For; 0 where clients reach the process itself."
            ),
            id="relais.E001",
        )
    ]


@register(deploy=True)
def mails_reach_people(app_configs, **kwargs) -> list[CheckMessage]:
    """A folder of mails is for trying Relais out: whoever is invited waits for a mail that never comes."""
    if not settings.PRODUCTION or not settings.EMAIL_FILE_PATH:
        return []
    return [
        Error(
            _("Mails reach nobody: they are kept in %(folder)s.")
            % {"folder": settings.EMAIL_FILE_PATH},
            hint=_("Set EMAIL_HOST, and take RELAIS_MAIL_FOLDER away."),
            id="relais.E002",
        )
    ]


@register(deploy=True)
def links_lead_here(app_configs, **kwargs) -> list[CheckMessage]:
    """RELAIS_URL begins the links in mails: people must be able to open it, and their first request not be in clear."""
    if not settings.PRODUCTION or not (trouble := _trouble_with(settings.SITE_URL)):
        return []
    return [
        Error(
            trouble % {"address": settings.SITE_URL},
            hint=_(
                "Set RELAIS_URL to the address that people open, such as https://relais.association.fr"
            ),
            id="relais.E003",
        )
    ]


def _trouble_with(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in LOOPBACK or host.endswith(".localhost"):
        return _("Links in mails would begin with %(address)s, which is each reader’s own machine.")
    if parts.scheme != "https" or not host:
        return _("Links in mails would begin with %(address)s, and not with https:// and a name.")
    if not validate_host(host, settings.ALLOWED_HOSTS):
        return _(
            "Links in mails would begin with %(address)s, a name that RELAIS_HOSTS does not hold."
        )
    return ""


@register(deploy=True)
def mails_have_a_sender(app_configs, **kwargs) -> list[CheckMessage]:
    """RELAIS_FROM must be an address elsewhere than on this machine: mail servers refuse any other."""
    if not settings.PRODUCTION or not settings.DEFAULT_FROM_EMAIL.strip("<> ").endswith(
        "@localhost"
    ):
        return []
    return [
        Error(
            _("Mails would come from %(sender)s, which mail servers refuse.")
            % {"sender": settings.DEFAULT_FROM_EMAIL},
            hint=_("Set RELAIS_FROM to an address that EMAIL_HOST may send from."),
            id="relais.E004",
        )
    ]


@register(deploy=True)
def settings_are_read(app_configs, **kwargs) -> list[CheckMessage]:
    """A variable that looks like one of ours and that nothing reads is misspelt: its setting is not what it says."""
    if not settings.PRODUCTION or not settings.UNREAD:
        return []
    return [
        Warning(
            _("Set, and read by nothing: %(names)s.") % {"names": ", ".join(settings.UNREAD)},
            hint=_("docs/settings.md names every setting."),
            id="relais.W001",
        )
    ]
