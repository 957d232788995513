"""What became readable to a person since a moment, newest first: only what they may read, and nobody's name in it.

Each kind of news is one query, which reads no more rows than are asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.audit.history import HistoryRow, history_of
from crm.domain.formatting import number
from crm.domain.roles import Role
from crm.models import User
from engagements.domain.stages import Stage
from engagements.models import Engagement
from impact.display.measurements import value_text, window
from impact.models import (
    Baseline,
    Funding,
    ImpactReport,
    LastReading,
    Measurement,
    funded_by,
    reported_to,
)
from impact.models.indicators import Units

PORTFOLIO_NEWS_LIMIT = 10  # on the page of the portfolio
MAX_NEWS = 200  # on their own page: beyond, nobody reads on
FIRST_NEWS_AGE = timedelta(days=30)

KINDS: dict[str, Promise] = {
    "figure": gettext_lazy("Published"),
    "correction": gettext_lazy("Corrected"),
    "baseline": gettext_lazy("Baseline recorded"),
    "baseline-agreed": gettext_lazy("Baseline agreed to"),
    "baseline-changed": gettext_lazy("Baseline changed"),
    "report": gettext_lazy("Report published"),
    "word": gettext_lazy("Word of the beneficiary"),
    "opened": gettext_lazy("Engagement opened"),
    "joined": gettext_lazy("New in what you read"),
    "stopped": gettext_lazy("Engagement stopped"),
}


@dataclass(frozen=True)
class News:
    """One line; `key` is the key of the row that it is made of.

    `subject` is what it is about, `details` what there is to say of it, `before` what stood until then.
    """

    at: datetime
    kind: str
    key: int
    engagement: int
    title: str
    subject: str
    url: str
    details: str = ""
    before: str = ""

    @property
    def word(self) -> str:
        return str(KINDS[self.kind])


@dataclass(frozen=True)
class Since:
    """What is new to a person since `moment`; `last_read` is their mark, None as long as they never set one."""

    moment: datetime
    last_read: LastReading | None
    news: tuple[News, ...]
    is_more: bool

    @property
    def upto(self) -> datetime | None:
        return self.news[0].at if self.news else None

    @property
    def may_put_back(self) -> bool:
        return self.last_read is not None and self.last_read.before is not None


def since_last_reading(user: User, *, at: datetime, limit: int = MAX_NEWS) -> Since:
    """What became readable since the person's mark; since thirty days, as long as there is none."""
    last_read = LastReading.objects.visible_to(user).first()
    moment = last_read.upto if last_read else _first_moment(at)
    news = [each for source in SOURCES for each in source(user, moment, limit + 1)]
    news.sort(key=lambda each: (each.at, each.kind, each.key), reverse=True)
    return Since(moment, last_read, tuple(news[:limit]), len(news) > limit)


def _first_moment(at: datetime) -> datetime:
    """The beginning of that day, so that the answer is the same for the whole day."""
    return timezone.localtime(at - FIRST_NEWS_AGE).replace(
        hour=0, minute=0, second=0, microsecond=0
    )


def _measurements(user: User, moment: datetime, limit: int) -> list[News]:
    """Measurements of one metric are one line, with the latest of them; each correction is a line of its own."""
    metric_rows: dict[str, Any] = {"partition_by": [F("metric"), F("corrects")]}
    rows = (
        Measurement.objects.visible_to(user)
        .published()
        .filter(published_at__gt=moment)
        .annotate(
            together=Window(Count("pk"), **metric_rows),
            newest=Window(Max("published_at"), **metric_rows),
            place=Window(
                RowNumber(), **metric_rows, order_by=[F("window_end").desc(), F("pk").desc()]
            ),
        )
        .filter(place=1)
        .select_related("metric__indicator", "metric__engagement", "corrects")
        .order_by("-newest", "-pk")[:limit]
    )
    return [_measurement(row) for row in rows]


def _measurement(row: Any) -> News:  # a Measurement with what `_measurements` annotates
    indicator, corrected = row.metric.indicator, row.corrects
    details = _in_its_window(row, indicator.units)
    if row.together > 1:
        others = ngettext(
            "and %(many)s other figure", "and %(many)s other figures", row.together - 1
        )
        details = f"{details}, {others % {'many': number(row.together - 1)}}"
    # What was never published is not shown, though a published row corrects it.
    is_correction = corrected is not None and corrected.status == Measurement.Status.PUBLISHED
    before = ""
    if corrected is not None and is_correction:
        if window(corrected) != window(row):
            before = _in_its_window(corrected, indicator.units)
        elif _numbers(corrected) == _numbers(row):
            details = _("%(told)s (the same figure: what is said of it has changed)") % {
                "told": details
            }
        else:
            before = value_text(corrected, indicator.units)
    return News(
        row.newest,
        "correction" if is_correction else "figure",
        row.pk,
        row.metric.engagement_id,
        row.metric.engagement.title,
        indicator.name,
        reverse("impact:measurement-detail", args=[row.pk]),
        details,
        before,
    )


def _in_its_window(row: Baseline | Measurement, units: Units) -> str:
    return _("%(figure)s, %(window)s") % {
        "figure": value_text(row, units),
        "window": window(row),
    }


def _numbers(row: Measurement) -> tuple[Any, ...]:  # the numbers of a measurement, of their types
    return row.count, row.total, row.percent, row.amount, row.exposure_months


def _baselines(user: User, moment: datetime, limit: int) -> list[News]:
    """Each time one is saved: recorded, agreed to, or changed. What the lead questions is not for readers."""
    rows = (
        history_of(Baseline)
        .filter(history_date__gt=moment, doubt="", metric__engagement__in=_read_by(user))
        .exclude(method=Baseline.Method.HYPOTHESIS)
        .select_related("metric__indicator", "metric__engagement")
        .order_by("-history_date", "-history_id")[:limit]
    )
    return [_baseline(row) for row in rows]


def _baseline(row: HistoryRow) -> News:
    kind = "baseline-changed"
    if row.history_type == "+":
        kind = "baseline"
    elif row.agreed_on:
        kind = "baseline-agreed"
    engagement = row.metric.engagement
    return News(
        row.history_date,
        kind,
        row.history_id,
        engagement.pk,
        engagement.title,
        row.metric.indicator.name,
        reverse("impact:baseline-detail", args=[row.id]),
        _in_its_window(row, row.metric.indicator.units),
    )


def _reports(user: User, moment: datetime, limit: int) -> list[News]:
    """Published, or with the word of the beneficiary: nothing else of a report changes."""
    rows = (
        history_of(ImpactReport)
        .filter(history_date__gt=moment, engagement__in=_read_by(user))
        .select_related("engagement")
        .defer("contents")
        .order_by("-history_date", "-history_id")[:limit]
    )
    return [
        News(
            row.history_date,
            "report" if row.history_type == "+" else "word",
            row.history_id,
            row.engagement_id,
            row.engagement.title,
            row.number,
            reverse("impact:report-detail", args=[row.id]),
            "" if row.history_type == "+" else _("agrees") if row.word_agrees else _("disagrees"),
        )
        for row in rows
    ]


def _engagements(user: User, moment: datetime, limit: int) -> list[News]:
    """Opened where the person works, or stopped."""
    history = history_of(Engagement)
    stopped_before = history.filter(
        id=OuterRef("id"), stage=Stage.STOPPED, history_date__lt=OuterRef("history_date")
    )
    opened = Q(history_type="+", id__in=Engagement.objects.visible_to(user).values("pk"))
    stopped = Q(stage=Stage.STOPPED, id__in=_read_by(user)) & ~Exists(stopped_before)
    rows = (
        history.filter(opened | stopped, history_date__gt=moment)
        .annotate(title_now=Subquery(Engagement.objects.filter(pk=OuterRef("id")).values("title")))
        .order_by("-history_date", "-history_id")
        .values_list("history_date", "stage", "history_id", "id", "title_now")[:limit]
    )
    return [
        _of_engagement(at, "stopped" if stage == Stage.STOPPED else "opened", key, pk, title)
        for at, stage, key, pk, title in rows
    ]


def _fundings(user: User, moment: datetime, limit: int) -> list[News]:
    """The first grant of one's own organisations to an engagement; those of others are not looked at."""
    if not user.holds(Role.FUNDER):
        return []
    mine = history_of(Funding).filter(
        history_type="+", funder__in=user.organisations_as(Role.FUNDER)
    )
    earlier = mine.filter(engagement=OuterRef("engagement"), history_id__lt=OuterRef("history_id"))
    rows = (
        mine.filter(~Exists(earlier), history_date__gt=moment, engagement__in=funded_by(user))
        .order_by("-history_date", "-history_id")
        .values_list("history_date", "history_id", "engagement", "engagement__title")[:limit]
    )
    return [_of_engagement(at, "joined", key, pk, title) for at, key, pk, title in rows]


def _of_engagement(at: datetime, kind: str, key: int, pk: int, title: str) -> News:
    return News(at, kind, key, pk, title, title, reverse("impact:engagement-impact", args=[pk]))


def _read_by(user: User) -> QuerySet[Engagement, Any]:  # rows of keys, for `in` of a query
    return reported_to(user).values("pk")


SOURCES: tuple[Callable[[User, datetime, int], list[News]], ...] = (
    _measurements,
    _baselines,
    _reports,
    _engagements,
    _fundings,
)
