"""What `manage.py doctor` looks at on the machine and in the database, in the shape of Django's checks.

They are not registered as checks: `migrate` runs those, and could then never mend what they complain of.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.cache import caches
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.deployment.backups import backups_in, moment_of
from crm.deployment.caches import Shared
from crm.deployment.oidc import origin_of
from crm.deployment.probes import (
    LEAST_ROOM,
    MB,
    database_answers,
    is_writable,
    mails_leave,
    places,
    room_at,
    somebody_works,
    something_is_due,
    unknown_migrations,
    waiting_migrations,
)
from crm.deployment.start import has_demo_accounts
from crm.domain.letters import has_papers
from crm.files.places import Away, Folder, place_in_use
from crm.models import OutgoingMail, Sdg, Session
from crm.services.invitations import is_without_administrator

LITTLE_ROOM = 1024 * MB
UPKEEP_IS_LATE = timedelta(days=3)
BACKUP_IS_OLD = timedelta(days=2)


def examine_machine() -> list[CheckMessage]:
    """The place that this is, its disk and the collected files."""
    return [
        *_is_for_real(),
        *_has_a_mail_server(),
        *_tells_of_errors(),
        *_has_room(),
        *_keeps_files(),
        *_is_collected(),
        *_makes_papers(),
        *_is_backed_up(),
        *_shares_a_cache(),
        *_knows_its_provider(),
    ]


def examine_database() -> list[CheckMessage]:
    """Whether the database answers and has its tables; then what stands in them."""
    try:
        database_answers()
    except DatabaseError as error:
        return [
            Error(
                _("The database does not answer: %(why)s")
                % {"why": str(error).strip().splitlines()[0]},
                hint=_(
                    "Does its server run, and is DATABASE_URL right: machine, port, name, user and password?"
                ),
                id="relais.E009",
            )
        ]
    if waiting := waiting_migrations():
        return [
            Error(
                _("Migrations are waiting: %(names)s.") % {"names": _some(waiting)},
                hint=_("Run: manage.py migrate (on an empty database: manage.py setup)."),
                id="relais.E010",
            )
        ]
    return [*_is_of_this_code(), *_is_set_up(), *_is_at_work(), *_is_kept_up()]


def _is_for_real() -> list[CheckMessage]:
    if settings.PRODUCTION:
        return []
    return [
        Warning(
            _("This Relais is one for development: pages that fail show their code."),
            hint=_("On a server: RELAIS_ENV=production."),
            id="relais.W002",
        )
    ]


def _tells_of_errors() -> list[CheckMessage]:
    if settings.ADMINS or not settings.PRODUCTION:
        return []
    return [
        Warning(
            _("Nobody is told when a page breaks; the log alone says it."),
            hint=_("Set RELAIS_ADMINS to the addresses of those who are to know."),
            id="relais.W003",
        )
    ]


def _has_a_mail_server() -> list[CheckMessage]:
    """Production does not start without a way for mails, and a check says that a folder is none."""
    if settings.EMAIL_HOST or settings.PRODUCTION:
        return []
    return [
        Warning(
            _("Mails reach nobody: no mail server is set."),
            hint=_("Set EMAIL_HOST."),
            id="relais.W006",
        )
    ]


def _has_room() -> list[CheckMessage]:
    said: list[CheckMessage] = []
    for place in places():
        facts = {"folder": place, "room": room_at(place) // MB}
        full = _("%(room)s MB are left for %(folder)s.") % facts
        mend = _("Make room, or give it a larger disk.")
        if not is_writable(place):
            said.append(
                Error(
                    _("Relais may not write in %(folder)s.") % facts,
                    hint=_("Give the folder to the user that Relais runs as."),
                    id="relais.E006",
                )
            )
        if room_at(place) < LEAST_ROOM:
            said.append(Error(full, hint=mend, id="relais.E007"))
        elif room_at(place) < LITTLE_ROOM:
            said.append(Warning(full, hint=mend, id="relais.W004"))
    return said


def _keeps_files() -> list[CheckMessage]:
    """Whether the bucket takes a file and gives it back, to us alone: one is stored there and deleted."""
    bucket: Any = place_in_use()
    if isinstance(bucket, Folder):
        return []
    try:
        is_open = bucket.try_out()
    except (Away, FileNotFoundError) as error:
        return [
            Error(
                _("Files cannot be kept, nor fetched: %(why)s.") % {"why": error},
                hint=_(
                    "Is RELAIS_S3_ENDPOINT reached from here? Are RELAIS_S3_BUCKET, _REGION, _KEY and _SECRET right, "
                    "and may that key list, read, write and delete below RELAIS_S3_PREFIX?"
                ),
                id="relais.E018",
            )
        ]
    if not is_open:
        return []
    return [
        Error(
            _("Anybody may read the files in the bucket %(name)s, without a key.")
            % {"name": bucket.bucket_name},
            hint=_("Make the bucket private: no public policy and no public access list."),
            id="relais.E019",
        )
    ]


def _is_collected() -> list[CheckMessage]:
    """In production a page whose style, script or icon is not collected is an error."""
    if not isinstance(staticfiles_storage, ManifestStaticFilesStorage):
        return []
    found: Any = staticfiles_storage.load_manifest()  # paths and their digests, then its own
    collected = set(found[0])
    brought = {
        path.replace("\\", "/") for finder in get_finders() for path, _storage in finder.list([])
    }
    if not (missing := sorted(brought - collected)):
        return []
    return [
        Error(
            _("Styles and icons are not collected in %(folder)s: %(names)s.")
            % {"folder": settings.STATIC_ROOT, "names": _some(missing)},
            hint=_("Run: manage.py collectstatic --noinput, and start the web process again."),
            id="relais.E008",
        )
    ]


def _is_backed_up() -> list[CheckMessage]:
    if not settings.BACKUPS and not settings.PRODUCTION:
        return []
    if not settings.BACKUPS:
        return [
            Warning(
                _("Relais makes no backups, and does not know whether something else does."),
                hint=_(
                    "Set RELAIS_BACKUPS to a folder, and have a timer run manage.py backup each night."
                ),
                id="relais.W008",
            )
        ]
    backups = backups_in(settings.BACKUPS)
    if backups and timezone.now() - moment_of(backups[-1]) < BACKUP_IS_OLD:
        return []
    return [
        Error(
            _("There is no backup in %(folder)s that is less than two days old.")
            % {"folder": settings.BACKUPS},
            hint=_("Run manage.py backup, and have a timer do so each night."),
            id="relais.E014",
        )
    ]


def _makes_papers() -> list[CheckMessage]:
    if has_papers():
        return []
    return [
        Warning(
            _("Papers as PDF are not made: reports, agreements, attestations, statements."),
            hint=_(
                "To make them: python -m pip install --require-hashes -r requirements/documents.txt"
            ),
            id="relais.W007",
        )
    ]


def _shares_a_cache() -> list[CheckMessage]:
    if not isinstance(shared := caches["default"], Shared) or shared.answers():
        return []
    return [
        Warning(
            _("The shared cache does not answer; pages are served without it."),
            hint=_("Does the Redis of REDIS_URL run, and is its address right?"),
            id="relais.W010",
        )
    ]


def _knows_its_provider() -> list[CheckMessage]:
    """Its packages are there where it is set, and only there."""
    if settings.OIDC is None:
        return []
    from crm.web import openid

    facts = {"provider": settings.OIDC.name, "issuer": settings.OIDC.issuer}
    try:
        page = origin_of(openid.discovered()["authorization_endpoint"], setting="")
    except openid.RequestException:
        return [
            Warning(
                _("%(provider)s does not answer at %(issuer)s; people log in the other ways.")
                % facts,
                hint=_("Is RELAIS_OIDC_ISSUER right, and may this machine reach it?"),
                id="relais.W011",
            )
        ]
    except (openid.OAuth2Error, ImproperlyConfigured):
        page = ""
    if page in settings.OIDC.origins:
        return []
    said = _("Browsers are not let go to the log-in page of %(provider)s.")
    mend = _("Set RELAIS_OIDC_ORIGINS to %(page)s") % {"page": page}
    if not page:
        said = _("What answers at %(issuer)s is not the provider that calls itself so.")
        mend = _("RELAIS_OIDC_ISSUER is the address that the provider gives as its issuer.")
    return [Error(said % facts, hint=mend, id="relais.E020")]


def _is_of_this_code() -> list[CheckMessage]:
    if not (unknown := unknown_migrations()):
        return []
    return [
        Warning(
            _("The database is newer than this code, which does not know: %(names)s.")
            % {"names": _some(unknown)},
            hint=_(
                "Install the version that the database is of, or restore the backup from before it."
            ),
            id="relais.W005",
        )
    ]


def _is_set_up() -> list[CheckMessage]:
    said: list[CheckMessage] = []
    if settings.PRODUCTION and has_demo_accounts():
        said.append(
            Error(
                _(
                    "Accounts of the demo are open, and their passwords are public: production does not start."
                ),
                hint=_("Begin on an empty database: manage.py setup."),
                id="relais.E005",
            )
        )
    if is_without_administrator():
        said.append(
            Error(
                _("Nobody administers this Relais."),
                hint=_("Run: manage.py setup"),
                id="relais.E011",
            )
        )
    if not Sdg.objects.exists():
        said.append(
            Error(
                _("The reference data is missing: needs, skills, indicators and their words."),
                hint=_("Run: manage.py loadreference"),
                id="relais.E012",
            )
        )
    return said


def _is_at_work() -> list[CheckMessage]:
    """Whether mails leave, and somebody sends them; before the first start nothing is due, and so nothing wrong."""
    said: list[CheckMessage] = []
    if not somebody_works():
        kind = Error if something_is_due() else Warning
        said.append(
            kind(
                _("Nobody does the background work: no mail leaves and no reminder comes."),
                hint=_(
                    "Start the web server with RELAIS_WORK=inside, or manage.py work; where cron runs "
                    "manage.py work --once, let it do so every five minutes at least."
                ),
                id="relais.E016",
            )
        )
    elif not mails_leave():
        said.append(
            Error(
                _("Mails that are due have been waiting for more than an hour."),
                hint=_("Does the mail server take them? Run: manage.py doctor --mail ADDRESS"),
                id="relais.E017",
            )
        )
    if failed := OutgoingMail.objects.failed().count():
        said.append(
            Warning(
                _("Mails that were refused: %(count)s.") % {"count": failed},
                hint=_("The page “Background work” says which and why, and sends them again."),
                id="relais.W009",
            )
        )
    return said


def _is_kept_up() -> list[CheckMessage]:
    """What `upkeep` deletes each day is there for days: it did not run."""
    if not Session.objects.filter(expire_date__lt=timezone.now() - UPKEEP_IS_LATE).exists():
        return []
    return [
        Error(
            _("The daily upkeep has not run for days: what is to be deleted is still there."),
            hint=_(
                "The page “Background work” says which job does not go through, the log why; manage.py upkeep runs "
                "them by hand."
            ),
            id="relais.E013",
        )
    ]


def _some(names: list[str]) -> str:
    """The first three, and how many more there are."""
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" (+ {more})" if more > 0 else "")
