"""What people cost their employer: one cost a day for each of them."""

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm import audit
from crm.refusals import Refused
from volunteers.models import EmployerCost, Volunteer

FACTS = ["starts_on", "ends_on", "remuneration", "charges", "share"]


@transaction.atomic
def enter_cost(volunteer, *, by, **facts):
    cost = EmployerCost(volunteer=_locked(volunteer), **facts)
    _refuse_overlap(cost)
    return audit.save(cost, by=by, why=_("Entered"))


@transaction.atomic
def change_cost(cost, *, by, seen=None, **changes):
    cost = _current(cost, seen)
    for name in FACTS:
        if name in changes:
            setattr(cost, name, changes[name])
    _refuse_overlap(cost)
    return audit.save(cost, by=by, why=_("Changed"), fields=FACTS)


@transaction.atomic
def delete_cost(cost, *, by, seen=None):
    audit.delete(_current(cost, seen), by=by, why=_("Deleted"))


def _refuse_overlap(cost):
    others = EmployerCost.objects.filter(volunteer=cost.volunteer).exclude(pk=cost.pk)
    other = others.between(cost.starts_on, cost.ends_on).order_by("starts_on", "pk").first()
    if other is not None:
        words = _("Another cost of this person runs from %(first)s to %(last)s.")
        dates = {"first": date_format(other.starts_on, "j F Y"), "last": date_format(other.ends_on, "j F Y")}
        raise Refused({"starts_on": words % dates})


def _current(cost, seen):
    """The row as it is now, behind the lock of its person; refused where somebody deleted it meanwhile."""
    volunteer = _locked(cost.volunteer)
    current = EmployerCost.objects.filter(pk=cost.pk).first()
    if current is None:
        raise Refused(_("Somebody else deleted this cost while you were writing."))
    audit.refuse_if_stale(current, seen)
    current.volunteer = volunteer
    return current


def _locked(volunteer):
    return Volunteer.objects.select_for_update(of=("self",)).select_related("user").get(pk=volunteer.pk)
