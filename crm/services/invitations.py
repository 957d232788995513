"""How people come to have an account, a role and a password of their own, which nobody else ever knows.

The link to choose a password is signed with what its use changes: the password, the last log-in and the address. So it
works once, and no row is kept of it.
"""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.domain.text import is_key, words_of
from crm.mail import send
from crm.models import Contact, Membership, Organisation, User
from crm.permissions import roles_to_give
from crm.services.organisations import save_organisation
from crm.services.people import close_account, names_of, save_account


class _WaysIn(PasswordResetTokenGenerator):
    key_salt = "relais.ways-in"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.closed_at or ''}"


_ways_in = _WaysIn()


def is_without_administrator() -> bool:
    """Whether this is a new install, where nobody can give a role yet."""
    return (
        not Membership.objects.current()
        .filter(role=Role.ADMINISTRATOR, user__is_active=True)
        .exists()
    )


@transaction.atomic
def begin(user: User, *, name: str, is_member: bool, by: User) -> Membership:
    """Make a superuser the first administrator, at the organisation of that name; it is added where it is missing."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not user.is_superuser:
        raise Refused(_("Relais has an administrator already: roles come from there."))
    refuse_second_beginning()
    organisation = organisation_named(name, is_member=is_member, by=by)
    role = Membership(user=user, organisation=organisation, role=Role.ADMINISTRATOR)
    return write.save(role, by=by, why=because("First administrator"))


def refuse_second_beginning() -> None:
    if not is_without_administrator():
        raise Refused(_("Relais has an administrator already: roles come from there."))


def organisation_named(name: str, *, is_member: bool, by: User) -> Organisation:
    """The active organisation of that name; where there is none it is added."""
    organisation = (
        Organisation.objects.active()
        .filter(sort_name=" ".join(words_of(name)))
        .order_by("pk")
        .first()
    )
    if organisation is None:
        organisation = save_organisation(Organisation(name=name, is_member=is_member), by=by)
    return organisation


@dataclass(frozen=True)
class Invitation:
    """Who is invited and as what; `contact` is the person in the organisation's address book, if they are there."""

    email: str
    full_name: str
    role: str
    is_head: bool = False
    latin_name: str = ""
    contact: Contact | None = None


@transaction.atomic
def invite(organisation: Organisation, invitation: Invitation, *, by: User) -> Membership:
    """Give somebody a role at the organisation, with an account where they have none, and mail them the way in."""
    _refuse_role(invitation.role, organisation, by)
    user = _account_of(invitation, by)
    contact = invitation.contact
    if contact is None and invitation.role == Role.LEAD:
        contact = _same_person(organisation, user)
    is_new_to_them = contact is not None and contact.user_id != user.pk
    role = {"user": user, "organisation": organisation, "role": invitation.role}
    role |= {"is_head": invitation.is_head, "ended_on": None}
    membership = Membership.objects.filter(**role).first() if is_new_to_them else None
    if membership is None:  # else they were invited before without their contact
        membership = Membership(**role)
        write.save(membership, by=by, why=because("Invited"))
    if contact is not None:
        _bind(contact, organisation, user, by)
    send_way_in(user, organisation=organisation)
    return membership


def _refuse_role(role: str, organisation: Organisation, by: User) -> None:
    """Refused where the person may not give that role there."""
    roles = roles_to_give(by, organisation)
    if not roles:
        raise Refused(_("An administrator gives roles."))
    if role == Role.VOLUNTEER:
        raise Refused({"role": _("Somebody who is lent is added under “Team”.")})
    if role not in roles:
        raise Refused({"role": _("An administrator gives this role.")})


def _same_person(organisation: Organisation, user: User) -> Contact | None:
    """The one contact there, without an account yet, of that very name and address."""
    same = list(
        Contact.objects.unmerged()
        .filter(
            organisation=organisation,
            user=None,
            email__iexact=user.email,
            sort_name=user.sort_name,
        )
        .order_by("pk")[:2]
    )
    return same[0] if len(same) == 1 else None


def _account_of(invitation: Invitation, by: User) -> User:
    """The account of the address, made where there is none; Refused where it is closed or another person's."""
    email = invitation.email.strip().lower()
    user = User.objects.filter(email=email).first()
    if user is None:
        full_name, latin_name = names_of(invitation.full_name, invitation.latin_name)
        user = User(email=email, full_name=full_name, latin_name=latin_name)
        user.set_unusable_password()
        return save_account(user, by=by, why=because("Invited"))
    if not user.is_active:
        raise Refused({"email": _("The account of this address is closed.")})
    if user.sort_name != " ".join(words_of(invitation.full_name)):
        raise Refused({"email": _("This address is the account of %(name)s.") % {"name": user}})
    return user


def _bind(contact: Contact, organisation: Organisation, user: User, by: User) -> None:
    """Save that the contact of the address book and the account are one person."""
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if contact.organisation_id != organisation.pk or contact.user_id not in {None, user.pk}:
        raise Refused(
            {"contact": _("Choose a contact of this organisation that has no account yet.")}
        )
    contact.user = user
    contact.email = contact.email or user.email
    write.save(contact, by=by, why=because("Invited"), fields=["user", "email"])


def send_way_in(user: User, *, organisation: Organisation | None = None) -> None:
    """Mail the person a link to choose a password, or that they were given a role there if they have a password."""
    user = User.objects.get(pk=user.pk)  # as saved: the link is signed with its columns
    if not user.is_active:
        raise Refused(_("This account is closed."))
    has_password = user.has_usable_password()
    if has_password and organisation:
        send(
            "role-given",
            user.email,
            language=user.language,
            path="/",
            organisation=organisation.name,
        )
        return
    what = "password" if has_password else "invited"
    send(what, user.email, language=user.language, path=way_in_of(user))


def send_forgotten(user: User | None) -> None:
    """Mail a link to choose a password to who asked for it without being logged in; nobody gets none."""
    if user and user.is_active:
        send("forgotten", user.email, language=user.language, path=way_in_of(user))


@transaction.atomic
def withdraw_invitation(user: User, *, by: User, today: date, seen: int | None = None) -> User:
    """Close the account of somebody who has never come in: the link they were sent opens nothing any more."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    write.refuse_if_marked_since(user, seen)
    if not user.is_invited:
        raise Refused(_("This person has come in already: their account is closed by “Leaves”."))
    return close_account(user, by=by, why=because("Invitation taken back"), today=today)


def way_in_of(user: User) -> str:
    """The path of the page on which the person, as saved, chooses a password; secret, and good for one use."""
    return reverse("crm:way-in-enter", args=[f"{user.pk}-{_ways_in.make_token(user)}"])


def open_way_in(token: str | None) -> User | None:
    """Whose the link is, or None: never sent, used, replaced by a log-in, too old, or of a closed account."""
    key, _dash, token = (token or "")[:100].partition("-")
    if not is_key(key):
        return None
    user = User.objects.filter(pk=key, is_active=True).first()
    return user if user and _ways_in.check_token(user, token) else None


@transaction.atomic
def choose_password(token: str | None, password: str) -> User:
    """Set the password of the link's account, once: of two browsers on one link, the second is refused."""
    user = open_way_in(token)
    user = user and User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if user is None or open_way_in(token) is None:
        raise Refused(_("This link opens nothing any longer. Ask for a new one."))
    had_one = user.has_usable_password()
    user.set_password(password)
    write.save(
        user, by=user, why=because("Password chosen"), fields=["password", "password_changed_at"]
    )
    if had_one:
        send("password-changed", user.email, language=user.language, path=reverse("crm:account"))
    return user
