"""Which rows were made while somebody listens."""

from crm.domain import made
from crm.models import Contact, Organisation


def test_rows_are_heard_by_the_innermost_who_listens():
    with made.listening() as outer:
        made.note(Organisation())
        with made.listening() as inner:
            made.note(Contact())
        made.note(Organisation())

    assert inner == ["crm.Contact"]
    assert outer == ["crm.Organisation", "crm.Organisation"]


def test_nobody_hears_what_is_made_afterwards():
    with made.listening() as rows:
        pass
    made.note(Organisation())

    assert rows == []
