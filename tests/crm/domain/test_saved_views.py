"""What of an address is kept: filters and sort, in one order."""

import pytest

from crm.domain.saved_views import kept_query

USUAL = {"sort": "title", "state": "active"}


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ""),
        ("?needs=late", "needs=late"),
        ("sort=-health&needs=late", "needs=late&sort=-health"),
        ("q=&stage=&needs=late&state=active&sort=title", "needs=late"),
        ("needs=late&after=7&before=8&last=1&chosen=7%3A3&chosen=8", "needs=late"),
        ("sort=title&state=active&q=+", ""),
        ("q=caf%C3%A9+%26+th%C3%A9", "q=caf%C3%A9+%26+th%C3%A9"),
        ("state=over&state=active", "state=over"),
    ],
)
def test_what_is_kept(query, kept):
    assert kept_query(query, USUAL) == kept
    assert kept_query(kept, USUAL) == kept


def test_too_many_fields_are_no_address():
    with pytest.raises(ValueError, match="fields"):
        kept_query("&".join(f"a{n}=1" for n in range(51)), USUAL)
