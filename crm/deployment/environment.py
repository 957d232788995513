"""What the variables of the environment say, each read as what it is; an empty one is not set."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

from crm.deployment.env_file import CHOICE

PREFIXES = ("RELAIS_", "EMAIL_")
Unset = TypeVar("Unset", int, None)


class Environment:
    """Reads variables, refuses in words what cannot be meant, and keeps the names that were `asked` for."""

    def __init__(self, variables: Mapping[str, str]):
        self._variables = variables
        self.asked = {CHOICE}

    def text(self, name: str, default: str = "") -> str:
        self.asked.add(name)
        return self._variables.get(name) or default

    def texts(self, name: str) -> list[str]:
        """What stands between commas."""
        return [text for part in self.text(name).split(",") if (text := part.strip())]

    def choice(self, name: str, *, among: tuple[str, ...], default: str = "") -> str:
        """One of some words; the default is none of them where nothing was chosen."""
        typed = self.text(name)
        if typed and typed not in among:
            raise ImproperlyConfigured(f"{name} is one of {', '.join(among)}.")
        return typed or default

    def switch(self, name: str, *, default: bool = False) -> bool:
        return self.choice(name, among=("0", "1"), default="1" if default else "0") == "1"

    def number(self, name: str, *, below: int, default: Unset) -> int | Unset:
        """A whole number from 0."""
        typed = self.text(name)
        if not typed:
            return default
        if not (typed.isascii() and typed.isdigit() and len(typed) < 9 and int(typed) < below):
            raise ImproperlyConfigured(f"{name} is a whole number from 0 to {below - 1}.")
        return int(typed)

    def secret(self, name: str) -> str:
        """The variable, or the first line of the file that NAME_FILE names, so that no list of processes shows it."""
        file = f"{name}_FILE"
        value, path = self.text(name), self.text(file)
        if value and path:
            raise ImproperlyConfigured(f"Set {name} or {file}, not both.")
        return _first_line(file, Path(path)) if path else value

    def needs(self, *packages: str, setting: str, file: str) -> None:
        """Refuse a setting whose packages are not installed, and say how they are."""
        if any(find_spec(package) is None for package in packages):
            raise ImproperlyConfigured(
                f"{setting} needs packages of its own: "
                f"python -m pip install --require-hashes -r requirements/{file}.txt"
            )

    def unread(self) -> list[str]:
        """The variables that look like ours and that nothing has asked for: misspelt, or of another version."""
        return sorted(
            name
            for name, value in self._variables.items()
            if value and name.startswith(PREFIXES) and name not in self.asked
        )


def _first_line(name: str, path: Path) -> str:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not written in UTF-8"
        raise ImproperlyConfigured(f"{name}: {path} cannot be read: {why}.") from None
    if len(lines) != 1 or not lines[0].strip():
        raise ImproperlyConfigured(
            f"{name}: {path} holds the secret, on one line, and nothing else."
        )
    return lines[0]
