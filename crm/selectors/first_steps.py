"""What an administrator does first on an empty Relais."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from crm.domain.roles import Role
from crm.models import MemberOffer, Membership, Organisation, SupportRequest, User


@dataclass(frozen=True)
class FirstStep:
    label: str
    url: str
    is_done: bool


def first_steps_of(user: User) -> list[FirstStep]:
    """What is still to do on a new install, for an administrator; none for others, and none once all is done.

    It is done for good with the first request: from then on nothing is asked of the database here.
    """
    if not user.is_administrator or SupportRequest.objects.exists():
        return []
    member = Organisation.objects.active().filter(is_member=True).order_by("pk").first()
    of_members = (
        reverse("crm:invite", args=[member.pk]) if member else reverse("crm:organisation-list")
    )
    return [
        FirstStep(
            _("Add the members of the Coalition to the directory"),
            reverse("crm:organisation-create"),
            bool(member),
        ),
        FirstStep(
            _("Invite the coordinators of each member, from its page"),
            of_members,
            Membership.objects.current().filter(role=Role.COORDINATOR).exclude(user=user).exists(),
        ),
        FirstStep(
            _("Say what each member accepts"),
            reverse("crm:offer-list"),
            MemberOffer.objects.exists(),
        ),
        FirstStep(_("Give out the address of the public form"), reverse("crm:ask-begin"), False),
    ]
