"""Which company lent a person on a day: a fact with dates, so that what is past stays with the company of that day."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from crm.domain.roles import Role
from crm.models import Organisation
from volunteers.models import ComingCompany, FormerCompany, Volunteer
from volunteers.models.volunteers import lent_by


@dataclass(frozen=True)
class CompanyPeriod:
    """`first` is None where it goes back to the beginning, `last` where it lasts."""

    sponsor: Organisation
    first: date | None
    last: date | None
    is_to_come: bool = False


def company_on(volunteer, day):
    """The key of the company whose employee the person was, is or will be on the day."""
    former = (
        FormerCompany.objects.filter(volunteer=volunteer.pk, ended_on__gte=day)
        .order_by("ended_on")
        .first()
    )
    if former:
        return former.sponsor_id
    coming = coming_of(volunteer)
    return coming.sponsor_id if coming and coming.starts_on <= day else volunteer.sponsor_id


def coming_of(volunteer):
    """The change of company that is written down and not carried out yet, or None."""
    return ComingCompany.objects.filter(volunteer=volunteer.pk).select_related("sponsor").first()


def changes_within(volunteer, first, last):
    """Whether a change of company that has happened falls after the first of the days, up to the last.

    One that is to come does not count: it cuts what crosses its day once it is there.
    """
    return FormerCompany.objects.filter(
        volunteer=volunteer.pk, ended_on__gte=first, ended_on__lt=last
    ).exists()


def periods_of(volunteer):
    """[CompanyPeriod] of the person's companies, the first one first."""
    found, first = [], None
    for former in volunteer.former_companies.select_related("sponsor").order_by("ended_on"):
        found.append(CompanyPeriod(former.sponsor, first, former.ended_on))
        first = former.ended_on + timedelta(days=1)
    coming = coming_of(volunteer)
    if coming is None:
        return [*found, CompanyPeriod(volunteer.sponsor, first, None)]
    until = CompanyPeriod(volunteer.sponsor, first, coming.starts_on - timedelta(days=1))
    return [*found, until, CompanyPeriod(coming.sponsor, coming.starts_on, None, is_to_come=True)]


def people_valued_by(user):
    """Whose costs the person may see and enter: the people whom their own company lends, or once lent."""
    people = Volunteer.objects.for_list()
    if user.is_administrator:
        return people
    theirs = user.organisations_as(Role.SPONSOR)
    once = FormerCompany.objects.filter(sponsor__in=theirs).values("volunteer")
    return people.filter(Q(sponsor__in=theirs) | lent_by(theirs) | Q(pk__in=once))
