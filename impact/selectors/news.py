"""What became readable to a person since a moment, newest first: from what they may read, and nobody's name in it.

Each kind is asked once, whatever its number, and no further than asked for.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.domain.formatting import number
from crm.domain.roles import Role
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

PORTFOLIO_NEWS_LIMIT = 10  # on the page of the portfolio
MAX_NEWS = 200  # on their own page: beyond, nobody reads on
FIRST_NEWS_AGE = timedelta(days=30)

WORDS = {
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
    """One line: `subject` is what it is about, `told` what there is to say of it, `before` what stood until then."""

    at: datetime
    kind: str
    key: int
    engagement: int
    title: str
    subject: str
    url: str
    told: str = ""
    before: str = ""

    @property
    def word(self):
        return WORDS[self.kind]


@dataclass(frozen=True)
class Since:
    """What is new to a person; `reading` is their mark, None as long as they never set one."""

    moment: datetime
    reading: LastReading | None
    news: tuple[News, ...]
    is_more: bool

    @property
    def upto(self):
        return self.news[0].at if self.news else None

    @property
    def may_put_back(self):
        return self.reading is not None and self.reading.before is not None


def since_last_reading(user, *, at, most=MAX_NEWS):
    """What became readable since the person's mark; since thirty days, as long as there is none."""
    reading = LastReading.objects.visible_to(user).first()
    moment = reading.upto if reading else _first_moment(at)
    found = [news for source in SOURCES for news in source(user, moment, most + 1)]
    found.sort(key=lambda news: (news.at, news.kind, news.key), reverse=True)
    return Since(moment, reading, tuple(found[:most]), len(found) > most)


def _first_moment(at):
    """From the beginning of that day, so that who asks twice is told the same."""
    return timezone.localtime(at - FIRST_NEWS_AGE).replace(
        hour=0, minute=0, second=0, microsecond=0
    )


def _figures(user, moment, most):
    """Figures of one metric are one line, with the latest of them; a correction is a line of its own."""
    of_one = {"partition_by": [F("metric"), F("corrects")]}
    rows = (
        Measurement.objects.visible_to(user)
        .published()
        .filter(published_at__gt=moment)
        .annotate(
            many=Window(Count("pk"), **of_one),
            newest=Window(Max("published_at"), **of_one),
            place=Window(RowNumber(), **of_one, order_by=[F("window_end").desc(), F("pk").desc()]),
        )
        .filter(place=1)
        .select_related("metric__indicator", "metric__engagement", "corrects")
        .order_by("-newest", "-pk")[:most]
    )
    return [_figure(row) for row in rows]


def _figure(row):
    indicator, wrong = row.metric.indicator, row.corrects
    told = _("%(figure)s, %(window)s") % {
        "figure": value_text(row, indicator.unit),
        "window": window(row),
    }
    if row.many > 1:
        others = ngettext("and %(many)s other figure", "and %(many)s other figures", row.many - 1)
        told = f"{told}, {others % {'many': number(row.many - 1)}}"
    # What was never published is not told, though a published figure corrects it.
    corrected = wrong is not None and wrong.status == Measurement.Status.PUBLISHED
    before = ""
    if corrected:
        before = value_text(wrong, indicator.unit)
        if window(wrong) != window(row):
            before = _("%(figure)s, %(window)s") % {"figure": before, "window": window(wrong)}
        elif _numbers(wrong) == _numbers(row):
            before, told = (
                "",
                _("%(told)s (the same figure: what is said of it has changed)") % {"told": told},
            )
    return News(
        row.newest,
        "correction" if corrected else "figure",
        row.pk,
        row.metric.engagement_id,
        row.metric.engagement.title,
        indicator.name,
        reverse("impact:measurement-detail", args=[row.pk]),
        told,
        before,
    )


def _numbers(row):
    return row.count, row.total, row.percent, row.amount, row.exposure_months


def _baselines(user, moment, most):
    """Each save is one: recorded, agreed to, or changed. What the lead questions is not for readers."""
    rows = (
        Baseline.history.filter(
            history_date__gt=moment, doubt="", metric__engagement__in=_read_by(user)
        )
        .exclude(method=Baseline.Method.HYPOTHESIS)
        .select_related("metric__indicator", "metric__engagement")
        .order_by("-history_date", "-history_id")[:most]
    )
    return [_baseline(row) for row in rows]


def _baseline(row):
    kind = "baseline-changed"
    if row.history_type == "+":
        kind = "baseline"
    elif row.agreed_on:
        kind = "baseline-agreed"
    indicator = row.metric.indicator
    told = _("%(figure)s, %(window)s") % {
        "figure": value_text(row, indicator.unit),
        "window": window(row),
    }
    url = reverse("impact:baseline-detail", args=[row.id])
    engagement = row.metric.engagement
    return News(
        row.history_date,
        kind,
        row.history_id,
        engagement.pk,
        engagement.title,
        indicator.name,
        url,
        told,
    )


def _reports(user, moment, most):
    """Published, or with the word of the beneficiary: nothing else of a report changes."""
    rows = (
        ImpactReport.history.filter(history_date__gt=moment, engagement__in=_read_by(user))
        .select_related("engagement")
        .defer("contents")
        .order_by("-history_date", "-history_id")[:most]
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


def _engagements(user, moment, most):
    """Opened where the person works, or stopped."""
    rows = Engagement.history
    stopped_before = rows.filter(
        id=OuterRef("id"), stage=Stage.STOPPED, history_date__lt=OuterRef("history_date")
    )
    opened = Q(history_type="+", id__in=Engagement.objects.visible_to(user).values("pk"))
    stopped = Q(stage=Stage.STOPPED, id__in=_read_by(user)) & ~Exists(stopped_before)
    found = (
        rows.filter(opened | stopped, history_date__gt=moment)
        .annotate(title_now=Subquery(Engagement.objects.filter(pk=OuterRef("id")).values("title")))
        .order_by("-history_date", "-history_id")
        .values_list("history_date", "stage", "history_id", "id", "title_now")[:most]
    )
    return [
        _of_engagement(at, "stopped" if stage == Stage.STOPPED else "opened", key, pk, title)
        for at, stage, key, pk, title in found
    ]


def _fundings(user, moment, most):
    """The first grant of one's own organisations to an engagement; those of others are not looked at."""
    if not user.holds(Role.FUNDER):
        return []
    mine = Funding.history.filter(history_type="+", funder__in=user.organisations_as(Role.FUNDER))
    earlier = mine.filter(engagement=OuterRef("engagement"), history_id__lt=OuterRef("history_id"))
    found = (
        mine.filter(~Exists(earlier), history_date__gt=moment, engagement__in=funded_by(user))
        .order_by("-history_date", "-history_id")
        .values_list("history_date", "history_id", "engagement", "engagement__title")[:most]
    )
    return [_of_engagement(at, "joined", key, pk, title) for at, key, pk, title in found]


def _of_engagement(at, kind, key, pk, title):
    return News(at, kind, key, pk, title, title, reverse("impact:engagement-impact", args=[pk]))


def _read_by(user):
    return reported_to(user).values("pk")


SOURCES = (_figures, _baselines, _reports, _engagements, _fundings)
