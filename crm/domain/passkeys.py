"""Where a browser lets a passkey be used, and what of a site a passkey is bound to."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Place:
    """The name that passkeys are bound to, and the origin from which alone they are taken."""

    name: str
    origin: str

    @property
    def takes_passkeys(self) -> bool:
        """Browsers want HTTPS, or the machine itself, and a name: an address of numbers has no passkeys."""
        is_safe = self.origin.startswith("https://") or self.name == "localhost"
        return is_safe and bool(self.name) and not _is_number(self.name)


def place_of(url: str) -> Place:
    """Of the address under which people open the site."""
    parts = urlsplit(url)
    return Place(parts.hostname or "", f"{parts.scheme}://{parts.netloc}".lower())


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
