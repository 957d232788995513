"""Whether the request that is being answered has made rows: then its form, sent again, must not make others.

`crm.web.once` listens; `crm.audit.write` and whoever else makes rows notes them.
"""

from contextlib import contextmanager
from contextvars import ContextVar

_rows = ContextVar("rows", default=None)


@contextmanager
def listening():
    """Gives a list that is filled with the labels of the models of the rows that are made meanwhile."""
    token = _rows.set([])
    try:
        yield _rows.get()
    finally:
        _rows.reset(token)


def note(instance):
    """Note that a row was made, if anybody listens."""
    rows = _rows.get()
    if rows is not None:
        rows.append(instance._meta.label)
