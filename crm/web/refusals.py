"""A refusal that has no form to be told in: a button alone was pressed."""

from contextlib import contextmanager

from django.contrib import messages
from django.utils.translation import gettext as _

from crm.domain.refusals import Refused, Stale


@contextmanager
def refusals_shown(request):
    """What a service refuses within is a message on the next page, and the rest of the block is left out."""
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
