"""What became of everything that was started: requested, oriented, started, delivered, autonomous, alive a year on."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import ExtractYear

from crm.domain.request_states import RequestState
from crm.models import Referral, SupportRequest, User
from engagements.domain.stages import ACTIVE, Stage
from engagements.models import Engagement, EngagementQuerySet, SurvivalCheck

YEAR_IN_MONTHS = 12  # months


@dataclass(frozen=True)
class Outcomes:
    """Counts of the engagements started in a year, or of all. Stopped ones stay in every count they are part of.

    `due` have stood alone for a year. Of these, `alive` run and are used, `over` do not, and of `silent` nobody has
    answered.
    """

    started: int
    delivered: int
    autonomous: int
    stopped: int
    running: int
    due: int
    alive: int
    over: int
    silent: int
    year: int | None = None


@dataclass(frozen=True)
class RequestCounts:
    """How many support requests were sent, proposed to a member, and accepted."""

    received: int
    oriented: int
    accepted: int


def requests_of(user: User) -> RequestCounts:
    """How many support requests the person may see were sent, proposed to a member, and accepted."""
    counts = (
        SupportRequest.objects.visible_to(user)
        .exclude(state=RequestState.MERGED)
        .annotate(was_proposed=Exists(Referral.objects.filter(request=OuterRef("pk"))))
        .aggregate(
            received=Count("pk"),
            oriented=Count("pk", filter=Q(was_proposed=True)),
            accepted=Count("pk", filter=Q(state=RequestState.ACCEPTED)),
        )
    )
    return RequestCounts(**counts)


def outcomes_by_year(engagements: EngagementQuerySet, today: date) -> list[Outcomes]:
    """[Outcomes] by year of start, the latest first, in one query; `total` adds them up."""
    reached = Engagement.history.model.objects.filter(
        id=OuterRef("pk"), stage__in=[Stage.HANDOVER, Stage.AUTONOMOUS]
    )
    checks = SurvivalCheck.objects.filter(
        engagement=OuterRef("pk"), months=YEAR_IN_MONTHS, due_on__lte=today
    )
    answered = checks.exclude(answered_on=None)
    alive = answered.filter(is_running=True).exclude(usage=SurvivalCheck.Usage.NO)
    rows = (
        engagements.annotate(
            was_delivered=Exists(reached),
            is_due=Exists(checks),
            has_answer=Exists(answered),
            is_alive=Exists(alive),
        )
        .values(year=ExtractYear("started_on"))
        .annotate(
            started=Count("pk"),
            delivered=Count("pk", filter=Q(was_delivered=True)),
            due=Count("pk", filter=Q(is_due=True)),
            alive=Count("pk", filter=Q(is_alive=True)),
            over=Count("pk", filter=Q(has_answer=True, is_alive=False)),
            silent=Count("pk", filter=Q(is_due=True, has_answer=False)),
            autonomous=Count("pk", filter=Q(stage=Stage.AUTONOMOUS)),
            stopped=Count("pk", filter=Q(stage=Stage.STOPPED)),
            running=Count("pk", filter=Q(stage__in=ACTIVE)),
        )
        .order_by("-year")
    )
    return [Outcomes(**row) for row in rows]


def total(outcomes: Sequence[Outcomes]) -> Outcomes:
    """Over all years."""
    names = [field.name for field in fields(Outcomes) if field.name != "year"]
    return Outcomes(**{name: sum(getattr(row, name) for row in outcomes) for name in names})


@dataclass(frozen=True)
class Bar:
    """One step of the way as a bar of the picture; `of` is the count that it is a share of, or None.

    `y` and `width` are in the units of a view box that is WIDTH wide.
    """

    key: str
    count: int
    of: int | None
    y: int
    width: float


WIDTH, ROW = 420, 40


def bars(requests: RequestCounts, engagements: Outcomes) -> list[Bar]:
    """The way from the request to a year alone, each bar on the scale of the longest."""
    steps = [
        ("asked", requests.received, None),
        ("oriented", requests.oriented, requests.received),
        ("started", engagements.started, None),
        ("delivered", engagements.delivered, engagements.started),
        ("autonomous", engagements.autonomous, engagements.started),
        ("alive", engagements.alive, engagements.due),
    ]
    longest = max(1, *(count for _key, count, _of in steps))
    return [
        Bar(key, count, of, place * ROW, round(count / longest * WIDTH, 1))
        for place, (key, count, of) in enumerate(steps)
    ]
