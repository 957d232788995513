"""The database that an address names, with the options of the address beside our own."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from crm.deployment.environment import Environment

SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "django.db.backends.postgresql"
ENGINES = {"sqlite": SQLITE, "postgres": POSTGRESQL, "postgresql": POSTGRESQL}
# Measured: without IMMEDIATE, three writes in four of eight writers fail with "locked".
OF_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"
    "PRAGMA recursive_triggers=ON;PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-16000;"
    "PRAGMA mmap_size=134217728;",
}
# A page that asks ten seconds of the database is a defect: it fails alone and not with all others.
OF_POSTGRESQL = "-c statement_timeout=10s -c lock_timeout=5s"
# A server that is cut off answers nothing: without it, each process would wait for two minutes.
CONNECTING = {"connect_timeout": 5}
REFUSED = (
    "DATABASE_URL is postgres://user:password@host:port/name or sqlite:////path/file, each part percent-encoded; "
    "options stand behind a ?."
)


def database_of(env: Environment, *, folder: Path) -> dict[str, Any]:
    """The entry of DATABASES. The path of an SQLite file is read from the folder, wherever a command is run.

    ImproperlyConfigured, which never repeats the address, for it may hold a password.
    """
    address = env.secret("DATABASE_URL") or "sqlite:///relais.sqlite3"
    try:
        parts = urlsplit(address)
        engine, name, port = ENGINES[parts.scheme], unquote(parts.path[1:]), parts.port
        given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except (KeyError, ValueError):
        raise ImproperlyConfigured(REFUSED) from None
    if not name:
        raise ImproperlyConfigured(REFUSED)
    if engine == POSTGRESQL:
        env.needs("psycopg", setting="A DATABASE_URL of PostgreSQL", file="postgresql")
    return {
        "ENGINE": engine,
        "NAME": str(folder / name) if engine == SQLITE else name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port or "",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": OF_SQLITE | _typed(given) if engine == SQLITE else _of_postgresql(given),
    }


def _typed(given: list[tuple[str, str]]) -> dict[str, Any]:
    """Numbers and truth as such: the driver of SQLite takes no text for them."""
    words = {"true": True, "false": False}
    return {
        name: int(value) if value.isascii() and value.isdigit() else words.get(value, value)
        for name, value in given
    }


def _of_postgresql(given: list[tuple[str, str]]) -> dict[str, Any]:
    """Settings of the server are joined, ours first: of two values it takes the later one."""
    settings = [value for name, value in given if name == "options"]
    return CONNECTING | _typed(given) | {"options": " ".join([OF_POSTGRESQL, *settings])}
