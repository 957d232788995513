"""Which engine hands the jobs out is a setting, and refused where it cannot be."""

import sys

from tests.crm.deployment.refused import refusal
from tests.production import settings_of

POSTGRESQL = "postgres://relais@db.association.fr/relais"


def test_workers_look_for_jobs_where_nothing_is_set():
    given = settings_of(RELAIS_JOBS="")

    assert given["CALLS_FOR_JOBS"] == ""
    assert "procrastinate.contrib.django" not in given["INSTALLED_APPS"]


def test_procrastinate_calls_them_on_postgresql():
    given = settings_of(RELAIS_JOBS="procrastinate", DATABASE_URL=POSTGRESQL)

    assert given["CALLS_FOR_JOBS"] == "crm.deployment.procrastination.call"
    assert "procrastinate.contrib.django" in given["INSTALLED_APPS"]


def test_it_is_refused_on_sqlite_and_where_it_is_not_installed(monkeypatch):
    assert "PostgreSQL" in refusal(RELAIS_JOBS="procrastinate", DATABASE_URL="sqlite:////srv/a")
    assert "procrastinate" in refusal(RELAIS_JOBS="celery")

    monkeypatch.setitem(sys.modules, "procrastinate", None)
    words = refusal(RELAIS_JOBS="procrastinate", DATABASE_URL=POSTGRESQL)
    assert "requirements/procrastinate.txt" in words
