"""What a person has besides the password."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from crm.models import Membership, User


@dataclass(frozen=True)
class Factors:
    """`codes` are the recovery codes that are left."""

    app_since: datetime | None
    codes: tuple[str, ...]


def factors_of(user: User) -> Factors:
    rows = {row.type: row for row in Authenticator.objects.filter(user=user).order_by("pk")}
    app, codes = rows.get("totp"), rows.get("recovery_codes")
    return Factors(
        app_since=app.created_at if app else None,
        codes=tuple(codes.wrap().get_unused_codes()) if codes else (),
    )


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exclude(type="recovery_codes").exists()


def with_factor(roles: QuerySet[Membership]) -> QuerySet[Membership]:
    """Each role with `has_factor`, whether whoever holds it has one."""
    theirs = Authenticator.objects.filter(user=OuterRef("user"))
    return roles.annotate(has_factor=Exists(theirs))


def still_there(user: User, keys: Iterable[int]) -> bool:
    """Whether one of the factors with these keys is the person's still."""
    return Authenticator.objects.filter(user=user, pk__in=keys).exists()
