"""Signed links in mails, by which a person stops them without logging in."""

from django.core import signing

from crm.models import User

DIGEST = "relais.digest"


def token_of_digest(user: User, *, of_week: bool = False) -> str:
    """The token that stops a person's mails of to-dos, or Friday's link of their week, and does nothing else."""
    return signing.dumps([user.pk, _closed(user), *(["week"] if of_week else [])], salt=DIGEST)


def _closed(user: User) -> str | None:
    """When the account was last closed: a link sent before stops nothing."""
    return user.closed_at.isoformat() if user.closed_at else None


def reader_of_digest(token: str) -> User | None:
    """The person whose mails the token stops, or None."""
    try:
        contents = signing.loads(token, salt=DIGEST)
    except signing.BadSignature:
        return None
    # Older mails hold the number alone.
    number, closed, *_kind = contents if isinstance(contents, list) else (contents, None)
    user = User.objects.filter(pk=number, is_active=True).first()
    return user if user and _closed(user) == closed else None


def is_of_week(token: str) -> bool:
    """Whether the valid token stops Friday's link, and not the mails of what waits."""
    contents = signing.loads(token, salt=DIGEST)
    return isinstance(contents, list) and "week" in contents[2:]
