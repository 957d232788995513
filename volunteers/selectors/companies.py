"""Which company lent a person on a day: a fact with dates, so that what is past stays with the company of that day."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from crm.domain.roles import Role
from crm.models import Organisation, User
from volunteers.models import ComingCompany, FormerCompany, Volunteer
from volunteers.models.volunteers import VolunteerQuerySet, lent_by


@dataclass(frozen=True)
class CompanyPeriod:
    """One company's days with a person: `first` is None for the earliest, `last` where it goes on."""

    sponsor: Organisation
    first: date | None
    last: date | None
    is_to_come: bool = False


def company_on(volunteer: Volunteer, day: date) -> int:
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


def coming_of(volunteer: Volunteer) -> ComingCompany | None:
    """The change of company that is written down and not carried out yet, or None."""
    return ComingCompany.objects.filter(volunteer=volunteer.pk).select_related("sponsor").first()


def changes_within(volunteer: Volunteer, first: date, last: date) -> bool:
    """Whether a change of company that has happened falls after the first of the days, up to the last.

    One that is to come does not count: once its day has come, it cuts what crosses it.
    """
    return FormerCompany.objects.filter(
        volunteer=volunteer.pk, ended_on__gte=first, ended_on__lt=last
    ).exists()


def periods_of(volunteer: Volunteer) -> list[CompanyPeriod]:
    """The person's companies, the first one first, a change to come as the last."""
    periods: list[CompanyPeriod] = []
    first = None
    for former in volunteer.former_companies.select_related("sponsor").order_by("ended_on"):
        periods.append(CompanyPeriod(former.sponsor, first, former.ended_on))
        first = former.ended_on + timedelta(days=1)
    coming = coming_of(volunteer)
    if coming is None:
        return [*periods, CompanyPeriod(volunteer.sponsor, first, None)]
    until = CompanyPeriod(volunteer.sponsor, first, coming.starts_on - timedelta(days=1))
    last = CompanyPeriod(coming.sponsor, coming.starts_on, None, is_to_come=True)
    return [*periods, until, last]


def people_valued_by(user: User) -> VolunteerQuerySet:
    """Whose costs the person may see and enter: the people whom their own company lends, or once lent."""
    people = Volunteer.objects.for_list()
    if user.is_administrator:
        return people
    companies = user.organisations_as(Role.SPONSOR)
    once = FormerCompany.objects.filter(sponsor__in=companies).values("volunteer")
    return people.filter(Q(sponsor__in=companies) | lent_by(companies) | Q(pk__in=once))
