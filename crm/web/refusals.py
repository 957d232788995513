"""Refusals of actions that have no form in which to say why: a button alone was pressed."""

from contextlib import contextmanager

from django.contrib import messages
from django.utils.translation import gettext as _

from crm.domain.refusals import Refused, Stale


@contextmanager
def refusals_shown(request):
    """What a service refuses within the block becomes a message on the next page; the rest of it is skipped."""
    try:
        yield
    except Refused as refused:
        messages.error(request, _words(refused))


def _words(refused):
    """Behind a button nobody has written anything that could be kept or compared."""
    if isinstance(refused, Stale) and refused.is_of_text:
        return _(
            "This was changed since the page was opened, and the button did nothing. "
            "Here it is as it stands now."
        )
    return " ".join(refused.messages)
