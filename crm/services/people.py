"""What a person is called, the address they log in with, and how they leave. Contacts are another table."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.letters import is_printable
from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import Membership, User


@transaction.atomic
def rename_person(user, *, full_name, by, latin_name="", seen=None):
    """Two people may bear the same name; what is frozen keeps the one of its day."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    write.refuse_if_marked_since(user, seen)
    user.full_name, user.latin_name = names_of(full_name, latin_name)
    return write.save(user, by=by, why=because("Renamed"), fields=["full_name", "latin_name"])


def names_of(full_name, latin_name):
    """(name, name in Latin letters): the second is asked for where papers cannot print the first."""
    full_name, latin_name = (" ".join(name.split()) for name in (full_name, latin_name))
    if not full_name:
        raise Refused({"full_name": _("A person has a name.")})
    if not is_printable(latin_name) or (not is_printable(full_name) and not latin_name):
        sentence = _("Papers cannot print some letters of this name: give it in Latin letters too.")
        raise Refused({"latin_name": sentence})
    return full_name, latin_name


@transaction.atomic
def change_address(user, *, email, by):
    """By an administrator: whoever reads an account's mail can give it a new password."""
    if not by.is_administrator:
        raise Refused(
            {"email": _("An administrator changes the address that somebody logs in with.")}
        )
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    user.email = email.strip().lower()
    return write.save(user, by=by, why=because("E-mail address changed"), fields=["email"])


@transaction.atomic
def close_account(user, *, by, why, today):
    """Nobody logs in with it any more, and its roles end with it.

    What the person holds is asked about before: `engagements.services.leave`.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    refuse_last_administrator(user.memberships.all())
    user.is_active = False
    end_roles(user, today=today, by=by, why=why)
    return write.save(user, by=by, why=why, fields=["is_active"])


@transaction.atomic
def end_roles(user, *, today, by, why):
    """All that are not over. One that was to begin later never does: its last day is its first."""
    for role in user.memberships.not_over().select_for_update(of=("self",)).order_by("pk"):
        role.ended_on = max(today, role.started_on)
        write.save(role, by=by, why=why, fields=["ended_on"])


@transaction.atomic
def end_role(membership, *, ended_on, by, why):
    """The role is over from that day on. What is held by it is asked about before, as with an account."""
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    refuse_last_administrator(Membership.objects.filter(pk=membership.pk))
    membership.ended_on = ended_on
    write.save(membership, by=by, why=why, fields=["ended_on"])
    if membership.role == Role.ADMINISTRATOR:
        _end_administration(membership.user_id, by, why)
    return membership


def _end_administration(pk, by, why):
    """What a command gave to the account ends with the role; nothing ends while another role of the kind runs."""
    user = User.objects.select_for_update(of=("self",)).get(pk=pk)
    if not user.is_administrator:
        user.is_staff = user.is_superuser = False
        write.save(user, by=by, why=why, fields=["is_staff", "is_superuser"])


def refuse_last_administrator(ending):
    """Somebody can still give roles once the memberships of the queryset are over."""
    held = Membership.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True)
    if (
        held.filter(pk__in=ending.values("pk")).exists()
        and not held.exclude(pk__in=ending.values("pk")).exists()
    ):
        raise Refused(
            _("Nobody else administers Relais: make somebody else an administrator first.")
        )
