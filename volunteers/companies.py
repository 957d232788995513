"""Which company lent a person on a day: a fact with dates, so that what is past stays with the company of that day."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from crm.models import Organisation
from crm.roles import Role
from volunteers.models import FormerCompany, Volunteer


@dataclass(frozen=True)
class Period:
    """`first` is None where it goes back to the beginning, `last` where it lasts."""

    sponsor: Organisation
    first: date | None
    last: date | None


def company_on(volunteer, day):
    """The key of the company whose employee the person was, or is, on the day."""
    former = FormerCompany.objects.filter(volunteer=volunteer.pk, ended_on__gte=day).order_by("ended_on").first()
    return former.sponsor_id if former else volunteer.sponsor_id


def periods_of(volunteer):
    """[Period] of the person's companies, the first one first."""
    found, first = [], None
    for former in volunteer.former_companies.select_related("sponsor").order_by("ended_on"):
        found.append(Period(former.sponsor, first, former.ended_on))
        first = former.ended_on + timedelta(days=1)
    return [*found, Period(volunteer.sponsor, first, None)]


def people_valued_by(user):
    """Whose costs the person may see and enter: the people whom their own company lends, or once lent."""
    people = Volunteer.objects.for_list()
    if user.is_administrator:
        return people
    theirs = user.organisations_as(Role.SPONSOR)
    once = FormerCompany.objects.filter(sponsor__in=theirs).values("volunteer")
    return people.filter(Q(sponsor__in=theirs) | Q(pk__in=once))
