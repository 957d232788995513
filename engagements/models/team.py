"""Who works in an engagement today: engagements know the team, the apps above know how long an assignment lasts."""

from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import DateField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from crm.domain.roles import Role
from crm.models import Membership, User
from engagements.models import Engagement, LeadAppointment, TeamMember
from engagements.models.leads import LeadAppointmentQuerySet
from engagements.models.scope import Row

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
NEVER, ALWAYS = (Value(day, output_field=DateField()) for day in (FIRST_DAY, LAST_DAY))

Away = Callable[[User, Engagement, date], bool]
LastDay = Callable[[], Combinable]

_away: list[Away] = []
_last_days: list[LastDay] = []


def away(function: Away) -> Away:
    """Register a function that says whether the time of a user in an engagement is over, or still to come, on a day."""
    _away.append(function)
    return function


def last_day(function: LastDay) -> LastDay:
    """Register a function that gives the last day of a TeamMember's time, as an expression; null is without an end."""
    _last_days.append(function)
    return function


def works_in(user: User, engagement: Engagement, today: date) -> bool:
    """Whether a lent person is there on that day, first and last day included.

    Reading outlives an assignment (`visible_to` asks who is or was on the team); writing does not.
    """
    if not TeamMember.objects.filter(engagement=engagement, user=user).exists():
        return False
    return not any(is_away(user, engagement, today) for is_away in _away)


def people_of(engagement: Engagement, today: date, beside: int | None = None) -> QuerySet[User]:
    """Who may own something in an engagement: its team, its lead, those who run it; nobody who has left.

    `beside` is the key of a user who is among them in any case: the owner that is saved.
    """
    team = _with_last_day(TeamMember.objects.filter(engagement=engagement)).filter(
        Q(stays_until__gte=today)
    )
    leads = LeadAppointment.objects.filter(engagement=engagement).overlapping(today, None)
    running = Membership.objects.filter(role=Role.COORDINATOR, organisation=engagement.member_id)
    on_it = Q(pk__in=team.values("user")) | Q(pk__in=leads.values("contact__user"))
    on_it |= Q(pk__in=running.current().values("user"))
    on_it |= Q(pk=engagement.coordinator_id) & ~Q(pk__in=running.values("user"))
    return User.objects.filter(Q(on_it, is_active=True) | Q(pk=beside)).order_by("sort_name", "pk")


def leads_without_account(
    engagement: Engagement, today: date, beside: int | None = None
) -> LeadAppointmentQuerySet:
    """The appointment of today's lead, if they have no account; and the one with the key `beside`, in any case."""
    without_account = engagement.leads.current(today).filter(contact__user=None)
    leads = engagement.leads.filter(Q(pk=beside) | Q(pk__in=without_account))
    return leads.select_related("contact").order_by("starts_on", "pk")


def runners_of(members: Iterable[int]) -> QuerySet[User]:
    """Those who coordinate for every one of the members (keys) today."""
    people = User.objects.filter(is_active=True)
    for member in members:
        roles = Membership.objects.current().filter(role=Role.COORDINATOR, organisation=member)
        people = people.filter(pk__in=roles.values("user"))
    return people.order_by("sort_name", "pk")


def with_gone(
    rows: QuerySet[Row], today: date, *, holder: str, engagement: str, member: str, has_lead: bool
) -> QuerySet[Row]:
    """Only the rows whose holder has left, with `gone_on`, the day on which the last of their parts ended.

    `holder`, `engagement` and `member` are paths from a row. Where rows have a lead (`has_lead`), the holder may be an
    appointment, which says itself until when.

    Somebody has left once each role, appointment and assignment that they had in the engagement is over, or once their
    account is closed.
    """
    person = OuterRef(f"{holder}_id")
    roles = Membership.objects.filter(
        user=person, organisation=OuterRef(member), role=Role.COORDINATOR
    )
    leads = LeadAppointment.objects.filter(contact__user=person, engagement=OuterRef(engagement))
    assignments = _with_last_day(
        TeamMember.objects.filter(user=person, engagement=OuterRef(engagement))
    )
    rows = rows.annotate(
        role_until=_latest(roles.annotate(stays_until=Coalesce("ended_on", ALWAYS))),
        lead_until=_latest(leads.annotate(stays_until=Coalesce("ends_on", ALWAYS))),
        assignment_until=_latest(assignments),
        appointed_until=Coalesce("owner_lead__ends_on", NEVER) if has_lead else NEVER,
    ).annotate(gone_on=Greatest("role_until", "lead_until", "assignment_until", "appointed_until"))
    over = Q(
        role_until__lte=today,
        lead_until__lt=today,
        assignment_until__lt=today,
        appointed_until__lt=today,
    )
    return rows.filter(Q(**{f"{holder}__is_active": False}) | over & Q(gone_on__gt=NEVER))


def _with_last_day(members: QuerySet[TeamMember]) -> QuerySet[TeamMember]:
    ends = [function() for function in _last_days]
    return members.annotate(stays_until=Coalesce(*ends, ALWAYS) if ends else ALWAYS)


def _latest(rows: QuerySet[Row]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by("-stays_until").values("stays_until")[:1]), NEVER)
