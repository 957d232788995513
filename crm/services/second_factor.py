"""What becomes of second factors stands in the history of the person; how they are made and shown is allauth's."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from crm import permissions
from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain.refusals import Refused
from crm.mail import send
from crm.models import User


@transaction.atomic
def take_away(user: User, *, by: User | None, why: str) -> User:
    """Take all second factors of a person away: at their next log-in they set up new ones. They are told.

    `by` is None for whoever runs commands on the server.
    """
    if by and not permissions.can_take_second_factor(by):
        raise Refused(_("An administrator takes a second factor away."))
    if not why.strip():
        raise Refused({"why": _("Say why.")})
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise Refused(_("%(name)s has no second factor.") % {"name": user})
    reason = because("Second factor taken away: %(why)s", why=" ".join(why.split()))
    write.save(user, by=by, why=reason, fields=["is_active"], beside=True)
    send("factor-taken", user.email, language=user.language, path="/")
    return user


def passkey_added(user: User, name: str) -> None:
    _noted(user, because("Passkey added: %(name)s", name=name))


def passkey_removed(user: User, name: str) -> None:
    _noted(user, because("Passkey removed: %(name)s", name=name))


@transaction.atomic
def rename_passkey(passkey: Authenticator, *, name: str) -> None:
    """Its owner calls it something else; what it opens stays."""
    passkey = Authenticator.objects.select_for_update(of=("self",)).get(pk=passkey.pk)
    wrapped = passkey.wrap()
    before, wrapped.name = wrapped.name, name
    if before == name:
        return
    passkey.save(update_fields=["data"])
    why = because("Passkey renamed: %(before)s, now %(name)s", before=before, name=name)
    _noted(passkey.user, why)


def app_set_up(user: User) -> None:
    _noted(user, because("App for codes set up"))


def app_removed(user: User) -> None:
    _noted(user, because("App for codes removed"))


def codes_made(user: User) -> None:
    _noted(user, because("New recovery codes made"))


@transaction.atomic
def _noted(user: User, why: Reason) -> None:
    """By the person, on a row of its own: that of the request is lazy, and may be old."""
    row = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    write.save(row, by=row, why=why, fields=["is_active"], beside=True)
