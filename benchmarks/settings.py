"""The site as it is deployed, minus TLS, for measuring on loopback."""

from crm.settings import *  # noqa: F403, TID251

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "ERROR"}}
