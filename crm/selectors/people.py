"""People and their access: who has an account, which roles, and what these open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db.models import Prefetch

from crm.audit import write
from crm.models import Membership, User
from crm.models.people import UserQuerySet

# What one may open, most telling first; the upper apps by name alone.
AREAS = [
    "engagements.Engagement",
    "crm.SupportRequest",
    "crm.Organisation",
    "crm.Contact",
    "volunteers.Volunteer",
    "volunteers.MonthSheet",
    "volunteers.SponsorshipAgreement",
    "impact.Measurement",
    "impact.ImpactReport",
]


@dataclass(frozen=True)
class Reason:
    """A role, None for what the person has a part in themselves, and how many rows it opens alone."""

    membership: Membership | None
    count: int


@dataclass(frozen=True)
class Area:
    """How many rows of a model the person may open, of how many there are, and by what."""

    label: str
    count: int
    total: int
    reasons: list[Reason]


def with_roles(users: UserQuerySet, today: date) -> UserQuerySet:
    """Each with `roles_held`: their roles that are not over, those to come included, each with its `mark`."""
    held = write.with_marks(Membership.objects.not_over().select_related("organisation"))
    held = held.order_by("role", "pk")
    return users.prefetch_related(Prefetch("memberships", held, to_attr="roles_held"))


def roles_of(user: User) -> list[Membership]:
    """All of a person's roles, each with its `mark`; those that are not over first, the latest before the others."""
    roles = list(write.with_marks(user.memberships.select_related("organisation")))
    far = date.max
    return sorted(roles, key=lambda role: (role.ended_on or far, role.started_on, role.pk))[::-1]


def reach_of(user: User) -> list[Area]:
    """What the person may open now, worked out by the rules themselves: `visible_to` with all roles, and one by one.

    Areas of which they may open nothing are left out. Some queries an area and a role, however many rows there are.
    """
    held = Membership.objects.current().filter(user=user).select_related("organisation")
    roles = list(held.order_by("role", "pk"))
    areas = (_area(label, user, roles) for label in AREAS)
    return [area for area in areas if area.count]


def _area(label: str, user: User, roles: Sequence[Membership]) -> Area:
    model = apps.get_model(label)
    rows = model._default_manager
    reasons = [Reason(None, rows.visible_to(user.with_roles({})).count())]
    for role in roles:
        alone = user.with_roles({role.role: {role.organisation_id}})
        reasons.append(Reason(role, rows.visible_to(alone).count()))
    return Area(
        label=str(model._meta.verbose_name_plural),
        count=rows.visible_to(user.with_roles(_by_role(roles))).count(),
        total=rows.count(),
        reasons=[reason for reason in reasons if reason.count],
    )


def _by_role(roles: Iterable[Membership]) -> dict[str, set[int]]:
    organisations: dict[str, set[int]] = {}
    for role in roles:
        organisations.setdefault(role.role, set()).add(role.organisation_id)
    return organisations
