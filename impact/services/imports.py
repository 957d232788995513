"""Many measurements at once from a table: the whole of it is checked, then all of it is written, or nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import number
from crm.domain.refusals import Refused, by_field
from crm.domain.text import normalise
from crm.files.uploaded_tables import heading_row, rows_of_text
from crm.models import User
from engagements.models import Engagement
from engagements.services.locks import lock
from impact.models import Indicator, Measurement, Metric
from impact.services.breakdowns import GroupFacts, add_groups, refuse_groups
from impact.services.observations import (
    months_between,
    refuse_decrease,
    refuse_double_counting,
    refuse_unfit,
)
from impact.table_import.columns import (
    CellError,
    ImportLine,
    columns_of,
    heading_of,
    known_headings,
    lines_of,
)

FIELDS_OF_KIND: dict[str, set[str]] = {
    Indicator.Kind.COUNT: {"count", "exposure_months"},
    Indicator.Kind.SHARE: {"count", "total", "percent"},
    Indicator.Kind.AMOUNT: {"amount", "exposure_months"},
}
MAX_GROUPS = 10_000
"""Of one table: a minute of writing would keep everybody else from the engagement."""
NUMBER_FIELDS = ("count", "total", "percent", "amount", "exposure_months")

MergedCells = tuple[int, int, int]  # first row, last row, number of columns
WindowKey = tuple[int, date, date, str]  # metric, first day, last day, population


class CountedWindow(NamedTuple):
    """The days and the count of a measurement that counts in the total of its metric."""

    first: date
    last: date
    value: int | None


@dataclass(frozen=True)
class ImportPlan:
    """What a table would write, the groups of each measurement beside it.

    `errors` name row, column and reason; while there is one, nothing is written. `heading` is the number of the row
    that was taken for the headings.
    """

    measurements: tuple[Measurement, ...]
    groups: tuple[Sequence[GroupFacts], ...]
    errors: tuple[CellError, ...]
    heading: int = 1


@dataclass
class Recorded:
    """What the metrics have already, recorded or in a row above.

    `messages` say where the same window stands, by its key; `windows` are those that count, by metric.
    """

    messages: dict[WindowKey, str] = field(default_factory=dict)
    windows: dict[int, list[CountedWindow]] = field(default_factory=lambda: defaultdict(list))


def plan_import(
    engagement: Engagement,
    text: str,
    *,
    by: User,
    today: date,
    heading: int | None = None,
    merged: Sequence[MergedCells] = (),
) -> ImportPlan:
    """What the table says, without writing anything: two queries whatever its length.

    `heading` is the number of the row with the headings, where a person says which it is; `merged` are the cells that
    its file joins.
    """
    rows = rows_of_text(text, known_headings())
    if not any(map(any, rows)):
        raise Refused({"text": _("Paste a table with its headings, or choose a file.")})
    heading = heading or heading_row(rows, known_headings()) + 1
    if heading > len(rows) or not any(rows[heading - 1]):
        raise Refused({"heading": _("There is nothing in this row.")})
    headings = rows[heading - 1]
    columns, errors = columns_of(headings, heading)
    if errors and any(first <= heading <= last and width > 1 for first, last, width in merged):
        reason = _("Headings are merged here: give each column a heading of its own, in one row.")
        errors = [CellError(heading, "", reason)]
    if errors:
        return ImportPlan((), (), tuple(errors), heading)
    lines = lines_of(rows[heading:], columns, headings, heading)
    if sum(len(line.facts.get("groups", ())) for line in lines) > MAX_GROUPS:
        sentence = _("There are more than %(most)s groups in this table: bring it in parts.")
        raise Refused({"text": sentence % {"most": number(MAX_GROUPS)}})
    if not lines:
        raise Refused({"text": _("There is no row below the headings.")})
    metrics = _metrics_by_name(engagement)
    recorded = _recorded(metrics.values())
    measurements: list[Measurement] = []
    groups: list[Sequence[GroupFacts]] = []
    for line in lines:
        if line.errors and not line.facts:
            continue
        metric = _metric_of(line, metrics)
        if metric is None or line.errors:
            continue
        measurement = _measurement_of(line, metric, by, today)
        _check_numbers(line, measurement, today)
        _check_groups(line, measurement)
        _check_window(line, measurement, recorded)
        _check_series(line, measurement, recorded)
        measurements.append(measurement)
        groups.append(line.facts.get("groups", []))
    return ImportPlan(
        tuple(measurements),
        tuple(groups),
        tuple(error for line in lines for error in _errors_of(line, merged)),
        heading,
    )


@transaction.atomic
def import_measurements(
    engagement: Engagement, text: str, *, by: User, today: date, heading: int | None = None
) -> list[Measurement]:
    """Write every row of the table as a draft of its own; one row with an error refuses all."""
    lock(engagement)
    plan = plan_import(engagement, text, by=by, today=today, heading=heading)
    if plan.errors:
        raise Refused({"text": _("Nothing was written: the table has cells to mend.")})
    rows = write.bulk_create(plan.measurements, by=by, why=because("Imported"))
    add_groups(zip(rows, plan.groups, strict=True), by=by, why=because("Imported"))
    return rows


def _errors_of(line: ImportLine, merged: Sequence[MergedCells]) -> list[CellError]:
    """The errors of a row; of one whose cells are merged with those above, that alone, since it explains the rest."""
    if line.errors and any(first < line.number <= last for first, last, _width in merged):
        reason = _("Cells are merged over several rows here: give each row cells of its own.")
        return [CellError(line.number, "", reason)]
    return line.errors


def _metrics_by_name(engagement: Engagement) -> dict[str, Metric]:
    """{normalised code, French or English name of its indicator: metric}."""
    metrics = engagement.metrics.select_related("indicator", "engagement").order_by(
        "position", "pk"
    )
    return {
        normalise(name): metric
        for metric in metrics
        for name in (metric.indicator.code, metric.indicator.name_fr, metric.indicator.name_en)
    }


def _metric_of(line: ImportLine, metrics: Mapping[str, Metric]) -> Metric | None:
    """The metric that the row names; an engagement with one metric need not name it."""
    name = line.facts.get("indicator", "")
    different = set(metrics.values())
    if not name and len(different) == 1:
        return different.pop()
    metric = metrics.get(normalise(name))
    if metric is None:
        reason = (
            _("The engagement does not follow “%(name)s”.")
            if name
            else _("Say which indicator this is.")
        )
        _add_error(line, "indicator", reason % {"name": name[:60]})
    return metric


def _measurement_of(line: ImportLine, metric: Metric, by: User, today: date) -> Measurement:
    """The measurement of a row, not saved; as in the form, empty months mean that the whole window was observed."""
    facts = {
        name: value for name, value in line.facts.items() if name not in {"indicator", "groups"}
    }
    measurement = Measurement(metric=metric, author=by, recorded_on=today, **facts)
    first, last = measurement.window_start, measurement.window_end
    has_months = "exposure_months" in FIELDS_OF_KIND[metric.indicator.kind]
    if has_months and measurement.exposure_months is None and first and last and first <= last:
        measurement.exposure_months = months_between(first, last)
    return measurement


def _check_numbers(line: ImportLine, measurement: Measurement, today: date) -> None:
    metric = measurement.metric
    unwanted = [name for name in NUMBER_FIELDS if name not in FIELDS_OF_KIND[metric.indicator.kind]]
    filled = [name for name in unwanted if getattr(measurement, name) is not None]
    if filled:
        reason = _("This indicator is a %(kind)s: leave this cell empty.")
        for name in filled:
            _add_error(line, name, reason % {"kind": metric.indicator.get_kind_display()})
        return
    if measurement.percent is not None and measurement.count is not None:
        reason = _("Give the count and out of how many, or the percentage: not both.")
        _add_error(line, "percent", reason)
    try:
        refuse_unfit(measurement, metric, today)
        write.check(measurement, constraints=False)
    except Refused as refused:
        for name, sentences in by_field(refused).items():
            column = heading_of(name) if name != "non_field_errors" else ""
            line.errors.append(CellError(line.number, column, " ".join(sentences)))


def _check_groups(line: ImportLine, measurement: Measurement) -> None:
    try:
        refuse_groups(measurement, line.facts.get("groups", []))
    except Refused as refused:
        for sentences in by_field(refused).values():
            _add_error(line, "groups", " ".join(sentences))


def _check_window(line: ImportLine, measurement: Measurement, recorded: Recorded) -> None:
    """The same metric, window and population may not stand twice."""
    key = (
        measurement.metric_id,
        measurement.window_start,
        measurement.window_end,
        measurement.population,
    )
    if key in recorded.messages:
        _add_error(line, "window_start", recorded.messages[key])
    else:
        words = {"row": line.number}
        recorded.messages[key] = _("This is the same window as in row %(row)s.") % words


def _check_series(line: ImportLine, measurement: Measurement, recorded: Recorded) -> None:
    """Against the measurements of its metric that are recorded, and those of the rows above."""
    metric, windows = measurement.metric, recorded.windows[measurement.metric_id]
    try:
        if not line.errors:
            days = [(window.first, window.last) for window in windows]
            refuse_double_counting(measurement, metric, days)
        counts = [(window.last, window.value) for window in windows if window.value is not None]
        refuse_decrease(measurement, metric, counts)
    except Refused as refused:
        for name, sentences in by_field(refused).items():
            _add_error(line, name, " ".join(sentences))
    if measurement.counts_in_total:
        windows.append(
            CountedWindow(measurement.window_start, measurement.window_end, measurement.count)
        )


def _recorded(metrics: Iterable[Metric]) -> Recorded:
    """What these metrics have in any state, without what was corrected: one query."""
    recorded = Recorded()
    rows = Measurement.objects.filter(metric__in=set(metrics), correction=None).order_by("pk")
    for metric, first, last, population, count, counts_in_total in rows.values_list(
        "metric", "window_start", "window_end", "population", "count", "counts_in_total"
    ):
        message = _("This figure is recorded already: correct it there.")
        recorded.messages[metric, first, last, population] = message
        if counts_in_total:
            recorded.windows[metric].append(CountedWindow(first, last, count))
    return recorded


def _add_error(line: ImportLine, column: str, reason: str) -> None:
    line.errors.append(CellError(line.number, heading_of(column), reason))
