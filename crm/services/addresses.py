"""The address that people log in with, changed by themselves: it is theirs once they read what is mailed there."""

from datetime import UTC, datetime, timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.mail import send
from crm.models import User
from crm.services.people import save_account

SALT = "relais.addresses"
ONE_DAY = timedelta(days=1)


def ask_for_address(user: User, email: str, *, at: datetime) -> None:
    """Mail a link to the new address. Where it is another account's no mail leaves, and nobody is told so."""
    email = email.strip().lower()
    if email == user.email:
        raise Refused({"email": _("This is your address already.")})
    if not User.objects.filter(email__iexact=email).exists():
        path = reverse("crm:address-enter", args=[token_of(user, email, at=at)])
        send("address-wanted", email, language=user.language, path=path)


def token_of(user: User, email: str, *, at: datetime) -> str:
    """What the link says: who, from which address to which one, and when it was asked for."""
    return signing.dumps([user.pk, user.email, email, at.timestamp()], salt=SALT)


def open_address(token: str | None, *, at: datetime) -> tuple[User, str] | None:
    """Whose the link is and the new address.

    None where it was never sent, is used or older than a day, or where the account has another address or password
    since, is closed, or the address has become somebody else's.
    """
    try:
        key, old, email, asked = signing.loads(token or "", salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    asked_at = datetime.fromtimestamp(asked, UTC)
    user = User.objects.filter(pk=key, email=old, is_active=True).first()
    if user is None or at - asked_at > ONE_DAY or not user.opens_with(asked_at):
        return None
    return None if User.objects.filter(email__iexact=email).exists() else (user, email)


@transaction.atomic
def confirm_address(token: str | None, *, at: datetime) -> User:
    """Give the account its new address, and tell the old one."""
    found = open_address(token, at=at)
    if found:
        User.objects.select_for_update(of=("self",)).get(pk=found[0].pk)
        found = open_address(token, at=at)
    if not found:
        raise Refused(_("This link opens nothing any longer. Ask for a new one."))
    user, email = found
    old, user.email = user.email, email
    why = because("Own e-mail address changed")
    save_account(user, by=user, why=why, fields=["email"])
    send("address-changed", old, language=user.language, path="/")
    return user
