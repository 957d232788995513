"""To-dos about the impact of an engagement: to record, to agree to, to approve, to publish, to answer."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from crm.domain.formatting import day_month, day_text
from crm.domain.roles import Role
from crm.domain.todos import MAX_TODOS, Nature, ToDo, key_of, source
from crm.models import User
from engagements.domain.stages import Stage
from engagements.models import Engagement
from engagements.selectors.places import place_of
from impact.domain.reporting_schedule import ReportingPeriod, expected
from impact.models import Baseline, ImpactReport, Measurement, Metric, recorded_by
from impact.selectors.due_measurements import overdue, planned

RECENT_DAYS = 183
FIGURES = Nature("figures", ngettext_lazy("figure or report", "figures and reports", "many"))
DUE = ngettext_lazy("%(many)d figure due", "%(many)d figures due", "many")
DOUBTED = ngettext_lazy(
    "%(many)d baseline that the project lead questions",
    "%(many)d baselines that the project lead questions",
    "many",
)
TO_AGREE = ngettext_lazy("%(many)d baseline to agree to", "%(many)d baselines to agree to", "many")
REPORTS = ngettext_lazy("%(many)d report for your word", "%(many)d reports for your word", "many")
SENT_BACK = ngettext_lazy(
    "%(many)d figure sent back to you", "%(many)d figures sent back to you", "many"
)
OF_STATUS: dict[str, Promise] = {
    Measurement.Status.SUBMITTED: ngettext_lazy(
        "%(many)d figure to approve", "%(many)d figures to approve", "many"
    ),
    Measurement.Status.APPROVED: ngettext_lazy(
        "%(many)d figure to publish", "%(many)d figures to publish", "many"
    ),
    Measurement.Status.DRAFT: ngettext_lazy(
        "%(many)d draft of yours to finish", "%(many)d drafts of yours to finish", "many"
    ),
}
MEASURED_STAGES = [Stage.BUILD, Stage.LAUNCH, Stage.HANDOVER]


class Missing(NamedTuple):
    """Engagements without a baseline, and those with one but without a recent measurement."""

    without_baseline: list[Engagement]
    without_recent: list[Engagement]


def missing_of(user: User, today: date) -> Missing:
    """What is missing in the engagements that the person runs, in build or later.

    A recent measurement is asked of those alone that have no rhythm: the others have a to-do when one is due.
    """
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return Missing([], [])
    measured = (
        Engagement.objects.run_by(user)
        .filter(stage__in=MEASURED_STAGES)
        .select_related("beneficiary")
        .order_by("sort_title", "pk")
    )
    of_engagement = Q(metric__engagement=OuterRef("pk"))
    has_baseline = Exists(Baseline.objects.supplied().filter(of_engagement))
    since = today - timedelta(days=RECENT_DAYS)
    recent = Measurement.objects.published().filter(of_engagement, recorded_on__gte=since)
    has_rhythm = Exists(planned().filter(engagement=OuterRef("pk")))
    without_recent = measured.filter(has_baseline).exclude(Exists(recent)).exclude(has_rhythm)
    return Missing(
        list(measured.exclude(has_baseline)[:MAX_TODOS]), list(without_recent[:MAX_TODOS])
    )


@source
def todos_of(user: User, today: date) -> list[ToDo]:
    """What waits for the person or is due, then the engagements in which something is missing."""
    missing = missing_of(user, today)
    baseline = ("baseline", _("No baseline: record how the work went before."), _("Record"))
    measurement = ("figure", _("No figure published for six months."), _("Add a figure"))
    return [
        *_baselines_waiting(user),
        *_reports_waiting(user),
        *_measurements_waiting(user),
        *_measurements_due(user, today),
        *(
            ToDo(
                key=key_of(kind, engagement.pk, engagement.stage_entered_on),
                title=engagement.title,
                about="",
                reason=reason,
                since=engagement.stage_entered_on,
                url=reverse("impact:engagement-impact", args=[engagement.pk]),
                verb=verb,
                place=place_of(engagement),
                nature=FIGURES,
            )
            for engagements, (kind, reason, verb) in (
                (missing.without_baseline, baseline),
                (missing.without_recent, measurement),
            )
            for engagement in engagements
        ),
    ]


def _measurements_due(user: User, today: date) -> list[ToDo]:
    """For the project lead, and for those who run the engagement: the form has the period ready."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEAD):
        return []
    metrics = overdue(recorded_by(user), today).select_related(
        "indicator", "engagement__beneficiary"
    )
    return [
        _due(
            metric,
            expected(
                metric.every,
                metric.every_from,
                metric.last_day,  # type: ignore[attr-defined]  # annotated by `overdue`
            ),
        )
        for metric in metrics[:MAX_TODOS]
    ]


def _due(metric: Metric, period: ReportingPeriod) -> ToDo:
    days = {"first": day_text(period.window_start), "last": day_text(period.window_end)}
    days["due"] = day_text(period.due_on)
    return ToDo(
        key=key_of("figure-due", metric.pk, period.due_on),
        title=metric.indicator.name,
        about=metric.engagement.title,
        reason=_("Figure due since %(due)s: from %(first)s to %(last)s.") % days,
        since=period.due_on,
        url=reverse("impact:measurement-create", args=[metric.pk]),
        verb=_("Add the figure"),
        place=place_of(metric.engagement),
        nature=FIGURES,
        fact=DUE,
        detail=_("%(name)s, since %(day)s")
        % {"name": metric.indicator.name, "day": day_month(period.due_on)},
        due=period.due_on,
    )


def _baselines_waiting(user: User) -> list[ToDo]:
    """For the lead, those to agree to; for those who run the engagement, those that the lead questions."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEAD):
        return []
    to_agree = Q(doubt="", metric__engagement__in=Engagement.objects.led_by(user))
    to_mend = ~Q(doubt="") & Q(metric__engagement__in=Engagement.objects.run_by(user))
    rows = Baseline.objects.supplied().filter(to_agree | to_mend, agreed_on=None)
    rows = rows.exclude(metric__engagement__stage=Stage.STOPPED).select_related(
        "metric__indicator", "metric__engagement__beneficiary"
    )
    return [
        ToDo(
            key=key_of(
                "baseline-doubted" if row.doubt else "baseline-agree", row.pk, row.recorded_on
            ),
            title=row.metric.indicator.name,
            about=row.metric.engagement.title,
            reason=_("The project lead questions the baseline")
            if row.doubt
            else _("Baseline to agree to"),
            since=row.recorded_on,
            url=reverse("impact:baseline-detail", args=[row.pk]),
            verb=_("Mend it") if row.doubt else _("Read and agree"),
            place=place_of(row.metric.engagement),
            nature=FIGURES,
            fact=DOUBTED if row.doubt else TO_AGREE,
            detail=row.metric.indicator.name,
        )
        for row in rows.order_by("recorded_on", "pk")[:MAX_TODOS]
    ]


def _reports_waiting(user: User) -> list[ToDo]:
    """For the lead, the latest report of each engagement, as long as the beneficiary has not given its word on it."""
    if not user.holds(Role.LEAD):
        return []
    later = ImpactReport.objects.filter(engagement=OuterRef("engagement"), pk__gt=OuterRef("pk"))
    led = ImpactReport.objects.filter(engagement__in=Engagement.objects.led_by(user))
    rows = led.without_word().exclude(Exists(later))
    return [
        ToDo(
            key=key_of("report", row.pk, row.published_on),
            title=row.number,
            about=row.engagement.title,
            reason=_("Report on your impact, to agree to or not"),
            since=row.published_on,
            url=reverse("impact:report-detail", args=[row.pk]),
            verb=_("Read and answer"),
            place=place_of(row.engagement),
            nature=FIGURES,
            fact=REPORTS,
            detail=row.number,
        )
        for row in rows.select_related("engagement__beneficiary")
        .defer("contents")
        .order_by("published_on", "pk")[:MAX_TODOS]
    ]


def _measurements_waiting(user: User) -> list[ToDo]:
    """Those of others to approve, approved ones to publish, and one's own drafts."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEAD):
        return []
    to_approve = Q(
        status=Measurement.Status.SUBMITTED, metric__engagement__in=recorded_by(user)
    ) & ~Q(author=user)
    to_publish = Q(
        status=Measurement.Status.APPROVED, metric__engagement__in=Engagement.objects.run_by(user)
    )
    to_mend = Q(status=Measurement.Status.DRAFT, author=user)
    rows = Measurement.objects.visible_to(user).filter(to_approve | to_publish | to_mend)
    words: dict[str, tuple[str, str]] = {
        Measurement.Status.SUBMITTED: (_("Figure to approve"), _("Look and approve")),
        Measurement.Status.APPROVED: (_("Approved figure to publish"), _("Publish")),
        Measurement.Status.DRAFT: (
            _("Your draft, about which nobody is asked yet"),
            _("Finish or submit it"),
        ),
    }
    sent_back = (_("Figure sent back to you"), _("Mend it"))
    return [
        ToDo(
            key=key_of("measurement", row.pk, row.recorded_on),
            title=row.metric.indicator.name,
            about=row.metric.engagement.title,
            reason=reason,
            since=row.recorded_on,
            url=reverse("impact:measurement-detail", args=[row.pk]),
            verb=verb,
            place=place_of(row.metric.engagement),
            nature=FIGURES,
            fact=SENT_BACK if row.returned_why else OF_STATUS[row.status],
            detail=row.metric.indicator.name,
        )
        for row in rows.select_related(
            "metric__indicator", "metric__engagement__beneficiary"
        ).order_by("recorded_on", "pk")[:MAX_TODOS]
        for reason, verb in [sent_back if row.returned_why else words[row.status]]
    ]
