"""One file for every place Relais runs; what differs comes from the environment.

RELAIS_ENV=production asks for a real secret key and hosts, and refuses the demo and DEBUG.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

PRODUCTION = os.environ.get("RELAIS_ENV", "development") == "production"
DEVELOPMENT_KEY = "development-only-key-that-production-refuses-to-start-with"
SECRET_KEY = os.environ.get("RELAIS_SECRET_KEY", DEVELOPMENT_KEY)
DEBUG = os.environ.get("RELAIS_DEBUG", "0" if PRODUCTION else "1") == "1"
ALLOWED_HOSTS = [host for host in os.environ.get("RELAIS_HOSTS", "").split(",") if host]
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
_proxies = os.environ.get("RELAIS_PROXIES", "")
if _proxies and not (_proxies.isascii() and _proxies.isdigit() and int(_proxies) < 10):
    raise ImproperlyConfigured("RELAIS_PROXIES is the number of proxies in front: 0, 1, 2…")
PROXIES = int(_proxies) if _proxies else None

OURS = ["crm", "engagements", "volunteers", "impact"]
INSTALLED_APPS = [
    "impact.apps.ImpactConfig",
    "volunteers.apps.VolunteersConfig",
    "engagements.apps.EngagementsConfig",
    "crm.apps.CrmConfig",
    "crm.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "lucide",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
]

MIDDLEWARE = [
    "crm.web.guards.behind_proxies",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "crm.web.guards.BoundedBodies",
    "django.middleware.csrf.CsrfViewMiddleware",
    "crm.web.guards.read_only_get",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crm.web.kept.LoginRequired",
    "crm.web.guards.problems_while_developing",
    "crm.web.guards.private_pages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "crm.web.once.Once",
    "crm.web.kept.give_back",
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

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", f"sqlite:///{BASE_DIR / 'relais.sqlite3'}"),
        conn_max_age=None,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Measured: without IMMEDIATE, three writes in four of eight writers fail with "locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"
        "PRAGMA recursive_triggers=ON;PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-16000;"
        "PRAGMA mmap_size=134217728;",
    }
else:
    # A page that asks ten seconds of the database is a defect: it fails alone and not with all others.
    DATABASES["default"]["OPTIONS"] = {"options": "-c statement_timeout=10s -c lock_timeout=5s"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ["REDIS_URL"],
    }
    if "REDIS_URL" in os.environ
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

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
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = not PRODUCTION
if PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if "EMAIL_HOST" in os.environ:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = os.environ["EMAIL_HOST"]
    EMAIL_TIMEOUT = (
        20  # seconds: a server that does not answer must not hold up the mails of others
    )
DEFAULT_FROM_EMAIL = os.environ.get("RELAIS_FROM", "relais@localhost")

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
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
# What runs once a day (`manage.py upkeep`), and each morning (`manage.py digest`). Named here and not imported: crm is
# the lowest app. Each takes the moment and answers {what was done: how often}.
DAILY_JOBS = [
    "crm.services.upkeep.run_upkeep",
    "engagements.services.survival.run_upkeep",
    "volunteers.services.companies.run_upkeep",
]
MORNING_JOBS = ["crm.services.digest.run_morning", "volunteers.services.week_links.run_morning"]
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
MEDIA_ROOT = Path(os.environ.get("RELAIS_FILES", BASE_DIR / "files"))
SMALLEST_GROUP = int(
    os.environ.get("RELAIS_SMALLEST_GROUP", "5")
)  # people: smaller groups are hidden from readers
SITE_URL = os.environ.get("RELAIS_URL", "http://127.0.0.1:8000")
# The State's public company search (no key). Off unless asked for: everything can be typed by hand.
COMPANY_SEARCH_URL = os.environ.get("RELAIS_COMPANY_SEARCH", "")
COMPANY_SEARCH_SECONDS = 3

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "crm.web.errors.csrf_failed"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"

SIMPLE_HISTORY_REVERT_DISABLED = True
