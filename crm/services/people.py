"""What a person is called, the address they log in with, and how they leave. Contacts are another table."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain.letters import is_printable
from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import Membership, User


@transaction.atomic
def change_identity(
    user: User,
    *,
    full_name: str,
    latin_name: str,
    by: User,
    seen: int | None = None,
    email: str = "",
) -> User:
    """Give a person another name and, where one is given that differs, another address to log in with."""
    renamed = rename_person(user, full_name=full_name, latin_name=latin_name, by=by, seen=seen)
    if email and email.strip().lower() != renamed.email:
        return change_address(renamed, email=email, by=by)
    return renamed


@transaction.atomic
def rename_person(
    user: User, *, full_name: str, by: User, latin_name: str = "", seen: int | None = None
) -> User:
    """Give a person another name. Two may bear the same; frozen papers keep the name of their day."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    write.refuse_if_marked_since(user, seen)
    user.full_name, user.latin_name = names_of(full_name, latin_name)
    return write.save(user, by=by, why=because("Renamed"), fields=["full_name", "latin_name"])


def names_of(full_name: str, latin_name: str) -> tuple[str, str]:
    """Both names with single spaces; Refused where papers cannot print the first and the second is missing."""
    full_name, latin_name = (" ".join(name.split()) for name in (full_name, latin_name))
    if not full_name:
        raise Refused({"full_name": _("A person has a name.")})
    if not is_printable(latin_name) or (not is_printable(full_name) and not latin_name):
        sentence = _("Papers cannot print some letters of this name: give it in Latin letters too.")
        raise Refused({"latin_name": sentence})
    return full_name, latin_name


def save_account(
    user: User, *, by: User | None, why: str | Reason, fields: Iterable[str] | None = None
) -> User:
    """Save an account that is new or has another address."""
    write.save(user, by=by, why=why, fields=fields)
    User.objects.keep_address(user)
    return user


@transaction.atomic
def change_address(user: User, *, email: str, by: User) -> User:
    """Change the address that a person logs in with.

    Only an administrator does it: whoever reads an account's mail can give it a new password.
    """
    if not by.is_administrator:
        raise Refused(
            {"email": _("An administrator changes the address that somebody logs in with.")}
        )
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    user.email = email.strip().lower()
    return save_account(user, by=by, why=because("E-mail address changed"), fields=["email"])


@transaction.atomic
def close_account(user: User, *, by: User, why: str | Reason, today: date) -> User:
    """Close the account: nobody logs in with it any more, and its roles end.

    What the person still holds is asked about before, in `engagements.services.leave`.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    refuse_last_administrator(user.memberships.all())
    user.is_active = False
    end_roles(user, today=today, by=by, why=why)
    return write.save(user, by=by, why=why, fields=["is_active"])


@transaction.atomic
def reopen_account(user: User, *, by: User, seen: int | None = None) -> User:
    """Open a closed account again, for somebody who comes back; it holds no role until one is given."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    write.refuse_if_marked_since(user, seen)
    if user.is_active:
        raise Refused(_("This account is open."))
    user.is_active = True
    return write.save(user, by=by, why=because("Came back"), fields=["is_active"])


@transaction.atomic
def choose_head(
    membership: Membership, *, is_head: bool, by: User, seen: int | None = None
) -> Membership:
    """Make a coordinator head coordinator of their member, or a coordinator like the others again."""
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    write.refuse_if_marked_since(membership, seen)
    if not Membership.objects.not_over().filter(pk=membership.pk).exists():
        raise Refused(_("This role is over."))
    membership.is_head = is_head
    why = because("Head coordinator") if is_head else because("No longer head coordinator")
    return write.save(membership, by=by, why=why, fields=["is_head"])


@transaction.atomic
def end_roles(user: User, *, today: date, by: User, why: str | Reason) -> None:
    """End all roles that are not over. One that was to begin later never does: its last day is its first."""
    for role in user.memberships.not_over().select_for_update(of=("self",)).order_by("pk"):
        role.ended_on = max(today, role.started_on)
        write.save(role, by=by, why=why, fields=["ended_on"])


@transaction.atomic
def end_role(membership: Membership, *, ended_on: date, by: User, why: str | Reason) -> Membership:
    """The role is over from that day on. What the person holds by it is asked about before, as with an account."""
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    refuse_last_administrator(Membership.objects.filter(pk=membership.pk))
    membership.ended_on = ended_on
    write.save(membership, by=by, why=why, fields=["ended_on"])
    if membership.role == Role.ADMINISTRATOR:
        _end_administration(membership.user_id, by, why)
    return membership


def _end_administration(user_id: int, by: User, why: str | Reason) -> None:
    """Take away what a command gave an administrator's account, unless they hold the role elsewhere."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if not user.is_administrator:
        user.is_staff = user.is_superuser = False
        write.save(user, by=by, why=why, fields=["is_staff", "is_superuser"])


def refuse_last_administrator(ending: QuerySet[Membership]) -> None:
    """Raise Refused where nobody could give roles any more once these memberships are over."""
    held = Membership.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True)
    if (
        held.filter(pk__in=ending.values("pk")).exists()
        and not held.exclude(pk__in=ending.values("pk")).exists()
    ):
        raise Refused(
            _("Nobody else administers Relais: make somebody else an administrator first.")
        )
