"""A POST of the API that bears an Idempotency-Key is done once: sent again, it gets the first answer.

The key, what was done and the answer are saved together or not at all: a request that was cut off or refused leaves
nothing, and may be sent again with its key. Of two in the same moment the second waits for the first.
"""

import json
from hashlib import sha256

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from crm.models import GivenAnswer

HEADER = "Idempotency-Key"
MAX_KEY_LENGTH = 255


class BeingDone(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "being_done"


class AnotherRequest(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "another_request"


def once(request, key, act, *, keeps_answer=True):
    """The answer of `act`, or the one that it gave to this person's first request at this address with this key."""
    if not (0 < len(key) <= MAX_KEY_LENGTH and key.isprintable()):
        raise ValidationError({HEADER: [_("A key has 1 to 255 characters.")]})
    answer = GivenAnswer(
        key=_digest(request.user.pk, request.path, key),
        said=_digest_of_body(request.data),
        given_at=timezone.now(),
    )
    with transaction.atomic():
        if first := _first(answer):
            return _again(first, answer)
        response = act()
        if status.is_success(response.status_code):
            answer.status = response.status_code
            if keeps_answer and response.data is not None:
                answer.body = JSONRenderer().render(response.data).decode()
            answer.save(update_fields=["status", "body"])
        else:
            transaction.set_rollback(True)
    return response


def _first(answer):
    """The answer that stands under this key, once it is given; None where this is the first."""
    try:
        with transaction.atomic():
            answer.save(force_insert=True)
    except IntegrityError:
        return GivenAnswer.objects.get(pk=answer.pk)
    except OperationalError as error:
        if "lock" not in str(error):
            raise
        raise BeingDone(_("This is being done already: ask again in a moment.")) from error
    return None


def _again(first, answer):
    if first.said != answer.said:
        raise AnotherRequest(
            _("This key came with another body: give a new request a key of its own.")
        )
    if not first.body and first.status != status.HTTP_204_NO_CONTENT:
        raise BeingDone(_("This was done already. Its answer held a secret, which is shown once."))
    return Response(json.loads(first.body) if first.body else None, status=first.status)


def _digest_of_body(data):
    """A digest of the body as it was parsed: neither its spaces nor the order of its names make another of it."""
    return _digest(json.dumps(data, sort_keys=True))


def _digest(*parts):
    return sha256("\0".join(map(str, parts)).encode()).hexdigest()
