r"""The file of settings, read by whatever starts Relais: a page, a command at a terminal, one that cron runs.

A line is NAME=value, a comment that begins with # or ;, or empty. A value stands as it is typed, or in quotes: 'as it
is', or "with \" \\ \$ for what would end it or mean something". What systemd and compose, which read such files too,
would take for something else is an error and no guess: a comment behind a value, a quote or a $ inside one, `export`.
"""

import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

CHOICE = "RELAIS_ENV_FILE"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SINGLE = re.compile(r"'([^']*)'")
DOUBLE = re.compile(r'"((?:[^"\\$`]|\\["\\$`])*)"')
ESCAPED = re.compile(r'\\(["\\$`])')
AMBIGUOUS = re.compile(r"""["'\\`$]|(?:^|\s)[#;]""")


class NotUnderstood(ValueError):
    """Why a line cannot be read; never what stands in it."""


def load(folder: Path) -> None:
    """Add the settings of the file to those of the process, which win.

    The file is the one that RELAIS_ENV_FILE names, none where that is empty, else `.env` in the folder if there is one.
    A secret that the process gives wins over the file of it that is named here, and the other way round.
    """
    chosen = os.environ.get(CHOICE)
    path = Path(chosen) if chosen else folder / ".env"
    if chosen == "" or (chosen is None and not path.exists()):
        return
    given = set(os.environ) - {CHOICE}
    for name, value in read(path).items():
        if not given & {name, f"{name}_FILE", name.removesuffix("_FILE")}:
            os.environ[name] = value


def read(path: Path) -> dict[str, str]:
    """{name: value} of the file; ImproperlyConfigured, with the number of the line, where that cannot be told."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not written in UTF-8"
        raise ImproperlyConfigured(f"{path} cannot be read: {why}.") from None
    settings: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        try:
            name, value = _setting(line.strip()) or ("", "")
            if name in settings:
                raise NotUnderstood(f"{name} stands on an earlier line already.")
        except NotUnderstood as error:
            raise ImproperlyConfigured(f"{path}, line {number}: {error}") from None
        if name:
            settings[name] = value
    return settings


def _setting(line: str) -> tuple[str, str] | None:
    if not line or line[0] in "#;":
        return None
    name, equals, value = line.partition("=")
    if not equals or not NAME.fullmatch(name):
        raise NotUnderstood("a line is NAME=value, without spaces around the name, or a # comment.")
    return name, _value(value.strip())


def _value(typed: str) -> str:
    if "\0" in typed:
        raise NotUnderstood("a value holds no NUL.")
    if typed[:1] == "'":
        return _quoted(SINGLE, typed)
    if typed[:1] == '"':
        return ESCAPED.sub(r"\1", _quoted(DOUBLE, typed))
    if AMBIGUOUS.search(typed):
        raise NotUnderstood(
            "put a value that holds quotes, \\, $, ` or a # behind a space in single quotes; "
            "a comment stands on a line of its own."
        )
    return typed


def _quoted(pattern: re.Pattern[str], typed: str) -> str:
    match = pattern.fullmatch(typed)
    if match is None:
        raise NotUnderstood(
            "the quotes do not close at the end of the line, or hold what wants a \\ before it there."
        )
    return match[1]
