"""Whose mails a link stops: signed, without a log-in."""

from django.core import signing

from crm.models import User

DIGEST = "relais.digest"


def token_of_digest(user, *, of_week=False):
    """What stops a person's mails of one kind without logging in, and does nothing else."""
    return signing.dumps([user.pk, _closed(user), *(["week"] if of_week else [])], salt=DIGEST)


def _closed(user):
    return user.closed_at and user.closed_at.isoformat()


def reader_of_digest(token):
    """The person whose mails the token stops, or None."""
    try:
        told = signing.loads(token, salt=DIGEST)
    except signing.BadSignature:
        return None
    number, closed, *_kind = (
        told if isinstance(told, list) else (told, None)
    )  # older mails hold the number alone
    user = User.objects.filter(pk=number, is_active=True).first()
    return user if user and _closed(user) == closed else None


def is_of_week(token):
    """Whether the valid token stops Friday's link, and not the mails of what waits."""
    told = signing.loads(token, salt=DIGEST)
    return isinstance(told, list) and "week" in told[2:]
