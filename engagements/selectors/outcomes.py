"""What became of everything that was started: requested, oriented, started, delivered, autonomous, alive a year on."""

from dataclasses import dataclass, fields

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import ExtractYear

from crm.domain.request_states import RequestState
from crm.models import SupportRequest
from engagements.domain.stages import ACTIVE, Stage
from engagements.models import Engagement, SurvivalCheck

YEAR_IN_MONTHS = 12  # months


@dataclass(frozen=True)
class Outcomes:
    """Of the engagements started in a year, or of all. Stopped ones stay in every count they are part of.

    `due`, `alive`, `over`, `silent` are those that have stood alone for a year: they run and are used, they do not,
    nobody has answered.
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
    asked: int
    oriented: int
    accepted: int


def requests_of(user):
    """How many support requests the person may see were sent, proposed to a member, and accepted."""
    counts = (
        SupportRequest.objects.visible_to(user)
        .exclude(state=RequestState.MERGED)
        .annotate(
            was_proposed=Exists(
                SupportRequest.referrals.rel.related_model.objects.filter(request=OuterRef("pk"))
            )
        )
        .aggregate(
            asked=Count("pk"),
            oriented=Count("pk", filter=Q(was_proposed=True)),
            accepted=Count("pk", filter=Q(state=RequestState.ACCEPTED)),
        )
    )
    return RequestCounts(**counts)


def outcomes_by_year(engagements, today):
    """[Outcomes] by year of start, the latest first, in one statement; `total` adds them up."""
    reached = Engagement.history.model.objects.filter(
        id=OuterRef("pk"), stage__in=[Stage.HANDOVER, Stage.AUTONOMOUS]
    )
    checks = SurvivalCheck.objects.filter(
        engagement=OuterRef("pk"), months=YEAR_IN_MONTHS, due_on__lte=today
    )
    answered = checks.exclude(answered_on=None)
    alive = answered.filter(is_running=True).exclude(usage=SurvivalCheck.Usage.NO)
    of_stage = {
        "autonomous": Q(stage=Stage.AUTONOMOUS),
        "stopped": Q(stage=Stage.STOPPED),
        "running": Q(stage__in=ACTIVE),
    }
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
            **{name: Count("pk", filter=stage) for name, stage in of_stage.items()},
        )
        .order_by("-year")
    )
    return [Outcomes(**row) for row in rows]


def total(outcomes):
    """Over all years."""
    names = [field.name for field in fields(Outcomes) if field.name != "year"]
    return Outcomes(**{name: sum(getattr(row, name) for row in outcomes) for name in names})


@dataclass(frozen=True)
class Bar:
    """One step of the way as a bar of the picture: `of` is the count it is a share of, None for the first."""

    key: str
    count: int
    of: int | None
    y: int
    width: float


WIDTH, ROW = 420, 40


def bars(asked, all_started):
    """The way from the request to a year alone, each bar on the scale of the longest."""
    steps = [
        ("asked", asked.asked, None),
        ("oriented", asked.oriented, asked.asked),
        ("started", all_started.started, None),
        ("delivered", all_started.delivered, all_started.started),
        ("autonomous", all_started.autonomous, all_started.started),
        ("alive", all_started.alive, all_started.due),
    ]
    longest = max(1, *(count for _key, count, _of in steps))
    return [
        Bar(key, count, of, place * ROW, round(count / longest * WIDTH, 1))
        for place, (key, count, of) in enumerate(steps)
    ]
