"""What a person has besides the password."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from crm.models import Membership, User


@dataclass(frozen=True)
class Passkey:
    pk: int
    name: str
    since: date
    last_used_on: date | None


@dataclass(frozen=True)
class Factors:
    """`codes` are the recovery codes that are left."""

    app_since: datetime | None
    codes: tuple[str, ...]
    passkeys: tuple[Passkey, ...]


def factors_of(user: User) -> Factors:
    rows = list(Authenticator.objects.filter(user=user).order_by("pk"))
    one = {row.type: row for row in rows}
    app, codes = one.get("totp"), one.get("recovery_codes")
    return Factors(
        app_since=app.created_at if app else None,
        codes=tuple(codes.wrap().get_unused_codes()) if codes else (),
        passkeys=tuple(
            Passkey(
                row.pk,
                str(row),
                timezone.localdate(row.created_at),
                row.last_used_at and timezone.localdate(row.last_used_at),
            )
            for row in rows
            if row.type == "webauthn"
        ),
    )


def has_app(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type="totp").exists()


def has_passkey(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type="webauthn").exists()


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exclude(type="recovery_codes").exists()


def with_factor(roles: QuerySet[Membership]) -> QuerySet[Membership]:
    """Each role with `has_factor`, whether whoever holds it has one."""
    theirs = Authenticator.objects.filter(user=OuterRef("user"))
    return roles.annotate(has_factor=Exists(theirs))


def still_there(user: User, keys: Iterable[int]) -> bool:
    """Whether one of the factors with these keys is the person's still."""
    return Authenticator.objects.filter(user=user, pk__in=keys).exists()
