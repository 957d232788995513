"""One file for every place Relais runs; what differs comes from the environment.

RELAIS_ENV=production asks for a real secret key, hosts and a way for its mails, and refuses the demo and DEBUG. What a
variable may say, and what else is refused, stands in crm/deployment/; docs/settings.md names them all.
"""

import os
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from crm.deployment import env_file
from crm.deployment.caches import caches_of
from crm.deployment.databases import database_of
from crm.deployment.environment import Environment
from crm.deployment.jobs import jobs_of
from crm.deployment.kept_files import files_of
from crm.deployment.mail import mail_of
from crm.deployment.oidc import provider_of

BASE_DIR = Path(__file__).resolve().parent.parent
env_file.load(BASE_DIR)
env = Environment(os.environ)

PLACES = ("development", "production")
PRODUCTION = env.choice("RELAIS_ENV", among=PLACES, default="development") == "production"
DEVELOPMENT_KEY = "development-only-key-that-production-refuses-to-start-with"
SECRET_KEY = env.secret("RELAIS_SECRET_KEY") or DEVELOPMENT_KEY
# The key before this one: what was signed and encrypted with it is still read, until it is taken away.
SECRET_KEY_FALLBACKS = [key for key in [env.secret("RELAIS_OLD_SECRET_KEY")] if key]
DEBUG = env.switch("RELAIS_DEBUG", default=not PRODUCTION)
ALLOWED_HOSTS = env.texts("RELAIS_HOSTS")
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "testserver"]

if PRODUCTION:
    if SECRET_KEY == DEVELOPMENT_KEY or len(SECRET_KEY) < 50:
        raise ImproperlyConfigured(
            "Production wants RELAIS_SECRET_KEY: 50 characters or more, your own."
        )
    if DEBUG:
        raise ImproperlyConfigured("Production does not start with RELAIS_DEBUG=1.")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "Production wants RELAIS_HOSTS: the names it answers to, with commas."
        )

# How many proxies stand in front, each appending to X-Forwarded-For; "0" where clients reach the process themselves.
PROXIES = env.number("RELAIS_PROXIES", below=10, default=None)

OURS = ["crm", "engagements", "volunteers", "impact"]
INSTALLED_APPS = [
    "impact.apps.ImpactConfig",
    "volunteers.apps.VolunteersConfig",
    "engagements.apps.EngagementsConfig",
    "crm.apps.CrmConfig",
    "crm.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",  # its middleware and command; the rows are crm.Session
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "lucide",
    "rest_framework",
    "knox",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
    "django_tasks",
]

MIDDLEWARE = [
    "crm.web.request_names.named",
    "crm.deployment.health.answered_first",
    "crm.web.guards.behind_proxies",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "crm.web.on_device.told_where_to",
    "crm.web.guards.BoundedBodies",
    "django.middleware.csrf.CsrfViewMiddleware",
    "crm.web.guards.read_only_get",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crm.web.kept.LoginRequired",
    "crm.web.second_factor.SecondFactor",
    "crm.web.guards.problems_while_developing",
    "crm.web.guards.private_pages",
    "crm.web.on_device.wiped_for_others",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "crm.web.once.Once",
    "crm.web.kept.give_back",
    "crm.web.errors.PapersAreMissing",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"

PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "django.template.context_processors.i18n",
    "crm.context.shell",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / app / "templates" for app in OURS],
        "OPTIONS": {
            "environment": "crm.web.templates.environment",
            "context_processors": [*PROCESSORS, "crm.web.templates.form_tokens"],
            "display": ["crm.display.templates", "impact.display.templates"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["crm.templatetags.form_tokens"],
            "context_processors": PROCESSORS,
        },
    },
]

DATABASES = {"default": database_of(env, folder=BASE_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = caches_of(env)

AUTH_USER_MODEL = "crm.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "crm.site.AdministratorsMay",
]
LOGIN_URL = "crm:login"
LOGIN_REDIRECT_URL = "crm:home"
LOGOUT_REDIRECT_URL = "crm:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600  # a link on which a person chooses a password
# Of django-allauth: mailed codes, and being asked again who one is. Nobody signs up; what it would count in the cache,
# each process for itself, crm.services.tries counts for all.
ACCOUNT_ADAPTER = "crm.web.accounts.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_ENABLED = False
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proven by the link that was mailed there
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_TIMEOUT = 15 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "code"]
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
# Whether those who read or change other people's data need more than a password. The demo's people have no phone.
SECOND_FACTOR = env.switch("RELAIS_SECOND_FACTOR", default=PRODUCTION)
MFA_ADAPTER = "crm.web.accounts.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = (
    "required"  # so a passkey alone is two factors: the device, and who holds it
)
MFA_TOTP_ISSUER = "Relais"
MFA_TOTP_TOLERANCE = 1  # a clock half a minute wrong is right enough
MFA_RATE_LIMITS = False
# Who may say who people are, beside Relais itself: nobody, unless the environment names a provider.
OIDC = provider_of(env)
SOCIALACCOUNT_ADAPTER = "crm.web.identities.Identities"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SESSION_ENGINE = "crm.web.sessions"
SESSION_COOKIE_AGE = (
    30 * 24 * 3600
)  # from the last visit: who logs a week each Friday stays logged in

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LANGUAGE_COOKIE_HTTPONLY = True
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("RELAIS_STATIC") or BASE_DIR / "staticfiles")
# Files that were gathered in a folder are sent as they stand there: compressed, with their checksum in the name.
ARE_GATHERED = PRODUCTION or bool(env.text("RELAIS_STATIC"))
WHITENOISE_USE_FINDERS = not ARE_GATHERED
STORAGES = {
    "default": files_of(env),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if ARE_GATHERED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

mail = mail_of(env, production=PRODUCTION)
EMAIL_BACKEND = "crm.deployment.outbox.Backend"  # a row, which a worker sends by MAIL_TRANSPORT
MAIL_TRANSPORT, EMAIL_FILE_PATH = mail.transport, mail.folder
EMAIL_HOST, EMAIL_PORT = mail.host, mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail.user, mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = mail.security == "starttls", mail.security == "tls"
EMAIL_TIMEOUT = 20  # seconds: a server that does not answer must not hold up the mails of others
EMAIL_SUBJECT_PREFIX = "[Relais] "
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("RELAIS_FROM", "relais@localhost")
ADMINS = [(address, address) for address in env.texts("RELAIS_ADMINS")]  # told of errors
if any("@" not in address for _name, address in ADMINS):
    raise ImproperlyConfigured("RELAIS_ADMINS holds addresses, with commas.")
SENTRY_DSN = env.secret("SENTRY_DSN")
if SENTRY_DSN:
    env.needs("sentry_sdk", setting="SENTRY_DSN", file="sentry")
if not DEBUG:  # the page of an error tells nothing then
    TO_SENTRY = {"sentry": {"class": "crm.deployment.sentry.SendToSentry", "level": "ERROR"}}
    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "crm.deployment.logs.JsonLines"}},
        "handlers": {
            "stderr": {"class": "crm.deployment.logs.Stderr", "formatter": "json"},
            "admins": {"class": "crm.deployment.logs.MailToAdmins", "level": "ERROR"},
            **(TO_SENTRY if SENTRY_DSN else {}),
        },
        "root": {
            "handlers": ["stderr", "admins", *(TO_SENTRY if SENTRY_DSN else [])],
            "level": "WARNING",
        },
        "loggers": {
            "django": {"handlers": []},  # its own ones mail what people typed
            "django.request": {"level": "ERROR"},  # refusals are a day's work, and no news
            **{app: {"level": "INFO"} for app in OURS},
        },
    }

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "crm.rest.tokens.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["crm.rest.filters.FilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "crm.rest.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "crm.rest.schema.Schema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["crm.rest.parsers.StrictJSONParser"],
    "EXCEPTION_HANDLER": "crm.rest.problems.problem_details",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
KNOX_TOKEN_MODEL = "crm.ApiKey"  # noqa: S105 — a model
REST_KNOX: dict[str, Any] = {
    "TOKEN_TTL": timedelta(days=90),
    "TOKEN_LIMIT_PER_USER": 20,
    "AUTO_REFRESH": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Relais",
    "DESCRIPTION": "Engagements, teams and impact: the pages' querysets, services and refusals, as JSON.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "StageEnum": "engagements.domain.stages.Stage",
        "IndicatorKindEnum": "impact.models.indicators.Indicator.Kind",
        "InteractionKindEnum": "crm.models.people.Interaction.Kind",
        "SolutionKindEnum": "engagements.models.solutions.Solution.Kind",
        "RequestStateEnum": "crm.domain.request_states.RequestState",
        "ReferralStateEnum": "crm.models.offers.Referral.State",
        "DeclineReasonEnum": "crm.domain.request_states.DeclineReason",
        "UsersEnum": "crm.domain.request_states.Audience",
        "LogAudienceEnum": "engagements.models.progress.ProgressLog.Audience",
        "ExitSkillsEnum": "engagements.models.barriers.ExitOutcome.Skills",
        "InHouseEnum": "crm.domain.request_states.InHouse",
        "LeadTimeEnum": "crm.domain.request_states.LeadTime",
        "RiskDegreeEnum": "engagements.models.steering.Risk.Degree",
        "SideEnum": "engagements.models.barriers.Side",
        "VoiceEnum": "volunteers.models.month_sheets.Voice",
        "MonthStateEnum": "volunteers.models.month_sheets.MonthSheet.State",
        "SkillLevelEnum": "volunteers.models.volunteers.VolunteerSkill.Level",
        "NeededLevelEnum": "volunteers.models.needs.LEVELS",
        "OfferLeadEnum": "crm.models.offers.MemberOffer.Lead",
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
# Who does the background work: the web processes beside their pages, or `manage.py work` in processes of its own.
WORK = env.choice("RELAIS_WORK", among=("inside", "apart"), default="inside")
TASKS = {"default": {"BACKEND": "crm.deployment.tasks.Backend"}}
# Who hands the jobs out: the workers look for themselves, or procrastinate calls them.
JOBS = jobs_of(env, database=DATABASES["default"])
INSTALLED_APPS += JOBS.apps
CALLS_FOR_JOBS = JOBS.call
PROCRASTINATE_ON_APP_READY = "crm.deployment.procrastination.register"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
# What runs once a day (`manage.py upkeep`), and each morning (`manage.py digest`), at these hours by itself. Named here
# and not imported: crm is the lowest app. Each takes the moment and answers {what was done: how often}; each may run
# twice and does nothing more the second time.
DAILY_AT, MORNING_AT = time(3, 30), time(6, 30)
DAILY_JOBS = [
    "crm.services.upkeep.run_upkeep",
    "crm.services.upkeep.run_end_of_sessions",
    "engagements.services.survival.run_upkeep",
    "volunteers.services.companies.run_upkeep",
]
MORNING_JOBS = ["crm.services.digest.run_morning", "volunteers.services.week_links.run_morning"]
# What a process needs to be ready (`/healthz/ready`): each is a function without arguments that says whether it holds.
READY_PROBES = {
    "database": "crm.deployment.probes.database_answers",
    "migrations": "crm.deployment.probes.is_migrated",
    "disk": "crm.deployment.probes.has_room",
    "files": "crm.deployment.probes.has_reached_the_files",
}
# What `/healthz/work` asks: mails and each day's work. Apart, since pages are served all the same.
WORK_PROBES = {
    "worker": "crm.deployment.probes.somebody_works",
    "mails": "crm.deployment.probes.mails_leave",
}
# What `/metrics` counts besides, for whoever has the token; each gives crm.domain.gauges.Gauge.
GAUGES = ["crm.selectors.gauges.gauges", "engagements.selectors.gauges.gauges"]
METRICS_TOKEN = env.secret("RELAIS_METRICS_TOKEN")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("RELAIS_METRICS_TOKEN has 20 characters or more.")
# What reads which file of fixtures/ (`manage.py loadreference`), each after those whose rows it names.
REFERENCE_DATA = {
    "crm.json": "crm.services.reference.load_reference",
    "volunteers.json": "volunteers.services.reference.load_reference",
    "engagements.json": "engagements.services.reference.load_reference",
    "impact.json": "impact.services.reference.load_reference",
}

# How long each step of a support request may take, in working days; a step that is late goes to the desk.
REQUEST_CLOCKS = {
    "triage": 5,  # the desk reads a new request
    "refer": 5,  # the desk proposes it to a member
    "again": 2,  # the desk proposes it anew after a refusal
    "member": 10,  # the member answers
    "holder": 10,  # the project holder answers a question
    "remind": 2,  # a reminder goes out so many days before an answer is due
}
REQUEST_LIMITS = {
    "drafts_an_hour": 10,  # begun from one network
    "seconds_to_begin": 3,  # nobody fills the first page faster; a robot does
    "draft_days": 90,  # a draft that nobody sends is kept
    "kept_days": 3
    * 365,  # a request is kept after it closed: CNIL's three years after the last contact
    "link_days": 90,  # a secret link opens
    "attachments": 5,
    "attachment_bytes": 5 * 1024 * 1024,
}
RELEASE = "0.1.0"  # written into what is frozen; pyproject.toml has the same
WEEK_LINK_DAYS = 6  # a volunteer's weekly link, mailed on a Friday, opens until Thursday
FILE_UPLOAD_HANDLERS = ["crm.files.upload_limits.BoundedUpload"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
MEDIA_ROOT = Path(env.text("RELAIS_FILES") or BASE_DIR / "files")
# Where `manage.py backup` puts them, and `doctor` looks how old the last one is.
BACKUPS = Path(folder) if (folder := env.text("RELAIS_BACKUPS")) else None
# People: smaller groups are hidden from readers.
SMALLEST_GROUP = env.number("RELAIS_SMALLEST_GROUP", below=1000, default=5)
COALITION = env.text(
    "RELAIS_COALITION", "Coalition Tech for Good"
)  # as mails and the public form name it
SITE_URL = env.text("RELAIS_URL", "http://127.0.0.1:8000").rstrip("/")
# The State's public company search (no key). Off unless asked for: everything can be typed by hand.
COMPANY_SEARCH_URL = env.text("RELAIS_COMPANY_SEARCH")
COMPANY_SEARCH_SECONDS = 3

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "crm.web.errors.csrf_failed"
# To be in the lists that browsers bring along is for years, and for every name below this one: a choice.
SECURE_HSTS_PRELOAD = env.switch("RELAIS_HSTS_PRELOAD")
SILENCED_SYSTEM_CHECKS = [] if SECURE_HSTS_PRELOAD else ["security.W021"]
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"

SIMPLE_HISTORY_REVERT_DISABLED = True
UNREAD = (
    env.unread()
)  # the last line: what is set, looks like ours, and was read by none of the above
