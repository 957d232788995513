"""What an administrator does first on an empty Relais."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from crm.domain.roles import Role
from crm.models import Membership, Organisation, SupportRequest, User


@dataclass(frozen=True)
class FirstStep:
    label: str
    url: str
    is_done: bool


def first_steps_of(user: User) -> list[FirstStep]:
    """What is still to do on a new install, for an administrator; none for others, and none once all is done.

    It is done for good with the first request that was sent: from then on nothing else is asked of the database here.
    """
    if not user.is_administrator or SupportRequest.objects.sent().exists():
        return []
    members = Organisation.objects.active().filter(is_member=True).order_by("pk")
    others = Membership.objects.current().filter(role=Role.COORDINATOR).exclude(user=user)
    alone = members.exclude(pk__in=others.values("organisation")).first()
    has_member = members.exists()
    invite = reverse("crm:invite", args=[alone.pk]) if alone else reverse("crm:organisation-list")
    return [
        FirstStep(
            _("Add the members of the Coalition to the directory"),
            reverse("crm:organisation-create"),
            has_member,
        ),
        FirstStep(
            _("Invite the coordinators of each member, from its page"),
            invite,
            has_member and alone is None,
        ),
        FirstStep(
            _("Say what each member accepts"),
            reverse("crm:offer-list"),
            has_member and not members.filter(offer=None).exists(),
        ),
        FirstStep(_("Give out the address of the public form"), reverse("crm:ask-begin"), False),
    ]
