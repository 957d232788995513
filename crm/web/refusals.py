"""A refusal that has no form to be told in: a button alone was pressed."""

from contextlib import contextmanager

from django.contrib import messages

from crm.domain.refusals import Refused


@contextmanager
def refusals_shown(request):
    """What a service refuses within is a message on the next page, and the rest of the block is left out."""
    try:
        yield
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
