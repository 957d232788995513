"""Filters and sorts that people keep under a name."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

# Where one stands in a list, and what one has ticked in it, is not how one looks at it.
PLACES = {"after", "before", "last", "chosen", "page"}
MAX_FIELDS = 50


def kept_query(query: str, usual: Mapping[str, str]) -> str:
    """The filters and the sort of an address ("a=1&b=2"), in one order, less what is blank, a place or `usual`.

    Two addresses that show the same rows in the same order so have the same text. ValueError where there are more than
    50 fields.
    """
    pairs = parse_qsl(query.removeprefix("?"), max_num_fields=MAX_FIELDS)
    return urlencode(
        sorted(
            (name, value)
            for name, value in pairs
            if name not in PLACES and value.strip() and usual.get(name) != value
        )
    )
