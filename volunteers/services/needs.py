from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from engagements.services.locks import lock_running
from volunteers.models import StaffingNeed

NEED_FIELDS = ["skill", "level", "starts_on", "ends_on", "days_a_week", "note"]


@transaction.atomic
def state_need(engagement, *, skill, level, starts_on, ends_on, days_a_week, by, note=""):
    """The engagement looks for somebody who can do this, from then to then."""
    engagement = lock_running(engagement)
    need = StaffingNeed(
        engagement=engagement,
        skill=skill,
        level=level,
        starts_on=starts_on,
        ends_on=ends_on,
        days_a_week=days_a_week,
        note=note,
    )
    return write.save(need, by=by, why=because("Stated"))


@transaction.atomic
def change_need(need, *, by, seen=None, **changes):
    need = _locked(need, seen)
    if need.closed_on is not None:
        raise Refused(_("This need is closed: open it again first."))
    lock_running(need.engagement)
    for name in NEED_FIELDS:
        if name in changes:
            setattr(need, name, changes[name])
    return write.save(need, by=by, why=because("Changed"), fields=NEED_FIELDS)


@transaction.atomic
def close_need(need, *, by, today, seen=None):
    """The engagement does without it from now on."""
    need = _locked(need, seen)
    if need.closed_on is not None:
        raise Refused(_("This need is closed already."))
    need.closed_on = today
    return write.save(need, by=by, why=because("Closed"), fields=["closed_on"])


@transaction.atomic
def reopen_need(need, *, by, seen=None):
    need = _locked(need, seen)
    if need.closed_on is None:
        raise Refused(_("This need is open already."))
    lock_running(need.engagement)
    need.closed_on = None
    return write.save(need, by=by, why=because("Opened again"), fields=["closed_on"])


def _locked(need, seen=None):
    need = StaffingNeed.objects.select_for_update(of=("self",)).get(pk=need.pk)
    write.refuse_if_stale(need, seen)
    return need
