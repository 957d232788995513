from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import User
from engagements.models import Engagement
from engagements.services.locks import lock_running
from volunteers.models import Skill, StaffingNeed

NEED_FIELDS = ["skill", "level", "starts_on", "ends_on", "days_a_week", "note"]


@dataclass(frozen=True)
class StatedNeed:
    """A skill that an engagement looks for, at this level or above, from the first day to the last, both included."""

    skill: Skill
    level: int
    starts_on: date
    ends_on: date
    days_a_week: Decimal
    note: str = ""


class NeedChanges(TypedDict, total=False):
    """What may change of a need."""

    skill: Skill
    level: int
    starts_on: date
    ends_on: date
    days_a_week: Decimal
    note: str


@transaction.atomic
def state_need(engagement: Engagement, stated: StatedNeed, *, by: User) -> StaffingNeed:
    """The engagement looks for somebody."""
    engagement = lock_running(engagement)
    need = StaffingNeed(
        engagement=engagement,
        skill=stated.skill,
        level=stated.level,
        starts_on=stated.starts_on,
        ends_on=stated.ends_on,
        days_a_week=stated.days_a_week,
        note=stated.note,
    )
    return write.save(need, by=by, why=because("Stated"))


@transaction.atomic
def change_need(
    need: StaffingNeed, *, by: User, seen: int | None = None, **changes: Unpack[NeedChanges]
) -> StaffingNeed:
    need = _locked(need, seen)
    if need.closed_on is not None:
        raise Refused(_("This need is closed: open it again first."))
    lock_running(need.engagement)
    for name, value in changes.items():
        setattr(need, name, value)
    return write.save(need, by=by, why=because("Changed"), fields=NEED_FIELDS)


@transaction.atomic
def close_need(
    need: StaffingNeed, *, by: User, today: date, seen: int | None = None
) -> StaffingNeed:
    """Close it: the engagement does without from now on."""
    need = _locked(need, seen)
    if need.closed_on is not None:
        raise Refused(_("This need is closed already."))
    need.closed_on = today
    return write.save(need, by=by, why=because("Closed"), fields=["closed_on"])


@transaction.atomic
def reopen_need(need: StaffingNeed, *, by: User, seen: int | None = None) -> StaffingNeed:
    need = _locked(need, seen)
    if need.closed_on is None:
        raise Refused(_("This need is open already."))
    lock_running(need.engagement)
    need.closed_on = None
    return write.save(need, by=by, why=because("Opened again"), fields=["closed_on"])


def _locked(need: StaffingNeed, seen: int | None) -> StaffingNeed:
    need = StaffingNeed.objects.select_for_update(of=("self",)).get(pk=need.pk)
    write.refuse_if_stale(need, seen)
    return need
