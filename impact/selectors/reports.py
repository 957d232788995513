"""What a report says, frozen; what was corrected since; and where anyone checks it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from crm.domain.formatting import day_text
from crm.files.checksums import checksum_of
from impact.display import charts
from impact.display.measurements import value_text
from impact.display.narrative import sentence_of, story_of
from impact.models import Baseline, Indicator, Measurement, Metric, Target
from impact.selectors import report_snapshot, summaries

METHOD = (
    3  # of the summary and its statistics: goes up when the same figures would be told otherwise
)


@dataclass(frozen=True)
class ReportFigure:
    """One figure of a report: its place there, what it says, its picture, its address, and what changed since."""

    place: int
    summary: summaries.MetricSummary
    chart: charts.Chart | None
    url: str
    baseline: str = ""
    changes: tuple[str, ...] = ()


def contents_of(engagement, *, today):
    """What a report of this moment would freeze: figures, definitions, method and the words made of them."""
    section = summaries.summarise([engagement], today)[0]
    return report_snapshot.freeze(section) | {
        "as_of": today.isoformat(),
        "method": METHOD,
        "release": settings.RELEASE,
        "django": version("django"),
        "story": {language: _story(section, language) for language, _name in settings.LANGUAGES},
    }


def seal_of(engagement, *, today):
    """What a page or an answer gives back to say which report its reader had before them when they published."""
    return checksum_of(contents_of(engagement, today=today))


def _story(section, language):
    with translation.override(language):
        return str(story_of(section))


def story_in_language(contents):
    told = contents["story"]
    return told.get(translation.get_language(), told["fr"])


def is_intact(report):
    return checksum_of(report.contents) == report.checksum


def address_of(report):
    return settings.SITE_URL + reverse("impact:report-check", args=[report.code])


def figures_of(contents, url_of, changes=None):
    """[ReportFigure]; `url_of` gives the address of the figure at a place."""
    section = report_snapshot.thaw(contents)
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


def changes_since(report):
    """{place of the figure: [sentence]} of what was corrected, amended or redefined since: five statements."""
    figures = report.contents["figures"]
    places = {figure["metric"]["id"]: place for place, figure in enumerate(figures, start=1)}
    found = defaultdict(list)
    for row in _corrections(figures, places):
        found[places[row.metric_id]].append(_corrected(row))
    for place, baseline in _moved(Baseline, _baselines(figures)):
        found[place].append(_amended(baseline))
    for place, metric in _moved(Metric, [(p, f["metric"]) for p, f in enumerate(figures, start=1)]):
        if report_snapshot.is_followed_otherwise(metric, figures[place - 1]["metric"]):
            found[place].append(
                _("The target, or what to know before reading it, has changed since.")
            )
    for place in _aimed_otherwise(figures, places):
        found[place].append(_("The targets by period have changed since."))
    for place, _indicator in _moved(
        Indicator, [(p, f["indicator"]) for p, f in enumerate(figures, start=1)]
    ):
        found[place].append(_("The words of the definition have changed since."))
    return dict(found)


def _corrections(figures, places):
    """Published rows that correct a row of the report, or correct such a correction."""
    known = {row["pk"] for figure in figures for row in (*figure["series"], *figure["beside"])}
    rows = Measurement.objects.published().filter(metric__in=places, corrects__isnull=False)
    rows = rows.exclude(pk__in=known).select_related("metric__indicator", "corrects").order_by("pk")
    for row in rows:
        if row.corrects_id in known:
            known.add(row.pk)
            yield row


def _corrected(row):
    unit = row.metric.indicator.unit
    return _("Corrected on %(day)s: %(before)s became %(after)s.") % {
        "day": day_text(row.recorded_on),
        "before": value_text(row.corrects, unit),
        "after": value_text(row, unit),
    }


def _baselines(figures):
    return [
        (place, compared["baseline"])
        for place, figure in enumerate(figures, start=1)
        for compared in (
            *([figure["comparison"]] if figure["comparison"] else []),
            *figure["what_ifs"],
        )
    ]


def _moved(model, told):
    """(place, row) of those whose version is no longer the one that was frozen."""
    versions = {each["id"]: (place, each["version"]) for place, each in told}
    for row in model.objects.filter(pk__in=versions).order_by("pk"):
        place, frozen_version = versions[row.pk]
        if row.version != frozen_version:
            yield place, row


def _aimed_otherwise(figures, places):
    """Places of the figures whose targets were set, changed or taken away since."""
    now = defaultdict(set)
    rows = (
        Target.objects.filter(metric__in=places)
        .order_by("pk")
        .values_list("metric", "pk", "version")
    )
    for metric, pk, version_now in rows:
        now[places[metric]].add((pk, version_now))
    for place, told in enumerate(figures, start=1):
        if now[place] != {(target["id"], target["version"]) for target in told.get("targets", ())}:
            yield place


def _amended(baseline):
    if baseline.amended_on:
        words = {"day": day_text(baseline.amended_on), "why": baseline.amended_why}
        return _("The baseline was changed on %(day)s: %(why)s") % words
    return _("The baseline was written anew or agreed to since.")


def as_of(contents):
    return date.fromisoformat(contents["as_of"])
