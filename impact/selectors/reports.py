"""What a report says, frozen; what was corrected since; and where anyone checks it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from crm.audit.tracking import Versioned
from crm.domain.formatting import day_text
from crm.files.checksums import checksum_of
from engagements.models import Engagement
from impact.display import charts
from impact.display.measurements import value_text
from impact.display.narrative import sentence_of, story_of
from impact.models import Baseline, ImpactReport, Indicator, Measurement, Metric, Target
from impact.selectors import report_snapshot, summaries

METHOD = 4
"""Of the summary and its statistics: goes up when the same measurements would give another result or other words."""

Contents = Mapping[str, Any]  # of a report, as JSON holds them: see report_snapshot
Tracked = TypeVar("Tracked", bound=Versioned)


@dataclass(frozen=True)
class ReportFigure:
    """One metric of a report: its place there, what it says, its picture, its address, and what changed since."""

    place: int
    summary: summaries.MetricSummary
    chart: charts.Chart | None
    url: str
    baseline: str = ""
    changes: tuple[str, ...] = ()


class FrozenRow(NamedTuple):
    """A row as it stands in a report, at the place of the metric that it belongs to."""

    place: int
    columns: Contents


def contents_of(engagement: Engagement, *, today: date) -> dict[str, Any]:
    """What a report of this moment would freeze: results, definitions, method and the words made of them."""
    section = summaries.summarise([engagement], today)[0]
    return report_snapshot.dump(section) | {
        "as_of": today.isoformat(),
        "method": METHOD,
        "release": settings.RELEASE,
        "django": version("django"),
        "story": {language: _story(section, language) for language, _name in settings.LANGUAGES},
    }


def seal_of(engagement: Engagement, *, today: date) -> str:
    """What a page or an answer gives back to say which contents its reader had before them when they published."""
    return checksum_of(contents_of(engagement, today=today))


def _story(section: summaries.EngagementSummary, language: str) -> str:
    with translation.override(language):
        return str(story_of(section))


def story_in_language(contents: Contents) -> str:
    story = contents["story"]
    return story.get(translation.get_language(), story["fr"])


def is_intact(report: ImpactReport) -> bool:
    return checksum_of(report.contents) == report.checksum


def address_of(report: ImpactReport) -> str:
    """Where anyone who holds the paper checks it."""
    return settings.SITE_URL + reverse("impact:report-check", args=[report.code])


def as_of(contents: Contents) -> date:
    return date.fromisoformat(contents["as_of"])


def figures_of(
    contents: Contents,
    url_of: Callable[[int], str],
    changes: Mapping[int, Sequence[str]] | None = None,
) -> tuple[summaries.EngagementSummary, list[ReportFigure]]:
    """The summary of a report, and its figures; `url_of` gives the address of the figure at a place."""
    section = report_snapshot.load(contents)
    return section, [
        ReportFigure(
            place=place,
            summary=summary,
            chart=charts.draw(summary, section.reached),
            url=url_of(place),
            baseline=sentence_of(summary.comparison.baseline) if summary.comparison else "",
            changes=tuple((changes or {}).get(place, ())),
        )
        for place, summary in enumerate(section.metrics, start=1)
    ]


def changes_since(report: ImpactReport) -> dict[int, list[str]]:
    """{place of the figure: [sentence]} of what was corrected, amended or redefined since: five queries."""
    figures = report.contents["figures"]
    places = {figure["metric"]["id"]: place for place, figure in enumerate(figures, start=1)}
    changes = defaultdict(list)
    for row in _corrections(figures, places):
        changes[places[row.metric_id]].append(_corrected(row))
    for place, baseline in _changed(Baseline, _baselines(figures)):
        changes[place].append(_amended(baseline))
    for place, metric in _changed(Metric, _rows_named("metric", figures)):
        if report_snapshot.is_followed_otherwise(metric, figures[place - 1]["metric"]):
            changes[place].append(
                _("The target, or what to know before reading it, has changed since.")
            )
    for place in _with_other_targets(figures, places):
        changes[place].append(_("The targets by period have changed since."))
    for place, indicator in _changed(Indicator, _rows_named("indicator", figures)):
        if report_snapshot.is_defined_otherwise(indicator, figures[place - 1]["indicator"]):
            changes[place].append(_("The words of the definition have changed since."))
    return dict(changes)


def _corrections(figures: Iterable[Contents], places: Mapping[int, int]) -> Iterator[Measurement]:
    """Published rows that correct a row of the report, or correct such a correction."""
    corrected = {row["pk"] for figure in figures for row in (*figure["series"], *figure["beside"])}
    rows = Measurement.objects.published().filter(metric__in=places, corrects__isnull=False)
    rows = rows.exclude(pk__in=corrected).select_related("metric__indicator", "corrects")
    for row in rows.order_by("pk"):
        if row.corrects_id in corrected:
            corrected.add(row.pk)
            yield row


def _corrected(row: Measurement) -> str:
    units = row.metric.indicator.units
    return _("Corrected on %(day)s: %(before)s became %(after)s.") % {
        "day": day_text(row.recorded_on),
        "before": value_text(row.corrects, units),
        "after": value_text(row, units),
    }


def _rows_named(name: str, figures: Iterable[Contents]) -> list[FrozenRow]:
    return [FrozenRow(place, figure[name]) for place, figure in enumerate(figures, start=1)]


def _baselines(figures: Iterable[Contents]) -> list[FrozenRow]:
    return [
        FrozenRow(place, comparison["baseline"])
        for place, figure in enumerate(figures, start=1)
        for comparison in (
            *([figure["comparison"]] if figure["comparison"] else []),
            *figure["what_ifs"],
        )
    ]


def _changed(
    model: type[Tracked], frozen_rows: Iterable[FrozenRow]
) -> Iterator[tuple[int, Tracked]]:
    """(place, row) of those whose version is no longer the one that was frozen."""
    versions = {row.columns["id"]: (row.place, row.columns["version"]) for row in frozen_rows}
    for row in model._default_manager.filter(pk__in=versions).order_by("pk"):
        place, frozen_version = versions[row.pk]
        if row.version != frozen_version:
            yield place, row


def _with_other_targets(figures: Iterable[Contents], places: Mapping[int, int]) -> Iterator[int]:
    """Places of the figures whose targets were set, changed or deleted since."""
    now = defaultdict(set)
    rows = (
        Target.objects.filter(metric__in=places)
        .order_by("pk")
        .values_list("metric", "pk", "version")
    )
    for metric, pk, version_now in rows:
        now[places[metric]].add((pk, version_now))
    for place, figure in enumerate(figures, start=1):
        frozen = {(target["id"], target["version"]) for target in figure.get("targets", ())}
        if now[place] != frozen:
            yield place


def _amended(baseline: Baseline) -> str:
    if baseline.amended_on:
        words = {"day": day_text(baseline.amended_on), "why": baseline.amended_why}
        return _("The baseline was changed on %(day)s: %(why)s") % words
    return _("The baseline was written anew or agreed to since.")
