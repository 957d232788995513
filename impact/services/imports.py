"""Many figures at once from a table: looked at whole, then written whole or not at all."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import number
from crm.domain.refusals import Refused, by_field
from crm.domain.text import normalise
from crm.files.uploaded_tables import heading_row, rows_of_text
from engagements.services.locks import lock
from impact.models import Indicator, Measurement
from impact.services.breakdowns import add_groups, refuse_groups
from impact.services.observations import (
    months_between,
    refuse_decrease,
    refuse_double_counting,
    refuse_unfit,
)
from impact.table_import.columns import CellError, columns_of, heading_of, known_headings, lines_of

FIELDS_OF_KIND = {
    Indicator.Kind.COUNT: {"count", "exposure_months"},
    Indicator.Kind.SHARE: {"count", "total", "percent"},
    Indicator.Kind.AMOUNT: {"amount", "exposure_months"},
}
MAX_GROUPS = (
    10_000  # of one table: a minute of writing would keep everybody else from the engagement
)
NUMBERS = ("count", "total", "percent", "amount", "exposure_months")


@dataclass(frozen=True)
class ImportPlan:
    """What a table would write, the groups of each figure beside it.

    `errors` names row, column and reason, and then nothing is written. `heading` is the row taken for the headings.
    """

    measurements: tuple[Measurement, ...]
    groups: tuple[list[dict], ...]
    errors: tuple[CellError, ...]
    heading: int = 1


def plan_import(engagement, text, *, by, today, heading=None, merged=()):
    """What the table says, without writing anything: two statements whatever its length.

    `heading` is the number of the row with the headings, where a person says which it is; `merged` are the cells that
    its file joins, (first row, last row, columns).
    """
    rows = rows_of_text(text, known_headings())
    if not any(map(any, rows)):
        raise Refused({"text": _("Paste a table with its headings, or choose a file.")})
    heading = heading or heading_row(rows, known_headings()) + 1
    if heading > len(rows) or not any(rows[heading - 1]):
        raise Refused({"heading": _("There is nothing in this row.")})
    headings = rows[heading - 1]
    columns, wrong = columns_of(headings, heading)
    if wrong and any(first <= heading <= last and columns > 1 for first, last, columns in merged):
        wrong = [
            CellError(
                heading,
                "",
                _("Headings are merged here: give each column a heading of its own, in one row."),
            )
        ]
    if wrong:
        return ImportPlan((), (), tuple(wrong), heading)
    lines = lines_of(rows[heading:], columns, headings, heading)
    if sum(len(line.facts.get("groups", ())) for line in lines) > MAX_GROUPS:
        sentence = _("There are more than %(most)s groups in this table: bring it in parts.")
        raise Refused({"text": sentence % {"most": number(MAX_GROUPS)}})
    if not lines:
        raise Refused({"text": _("There is no row below the headings.")})
    metrics = _metrics_of(engagement)
    known, series = _known(metrics)
    measurements, groups = [], []
    for line in lines:
        if line.errors and not line.facts:
            continue
        metric = _metric(line, metrics)
        if line.errors:
            continue
        facts = {
            name: value for name, value in line.facts.items() if name not in {"indicator", "groups"}
        }
        measurement = Measurement(metric=metric, author=by, recorded_on=today, **facts)
        _observe_all(measurement, metric)
        _look_at(line, measurement, metric, today)
        _look_at_groups(line, measurement)
        _refuse_twice(line, measurement, known)
        _refuse_beside(line, measurement, series)
        measurements.append(measurement)
        groups.append(line.facts.get("groups", []))
    wrong = tuple(each for line in lines for each in _wrong(line, merged))
    return ImportPlan(tuple(measurements), tuple(groups), wrong, heading)


def _wrong(line, merged):
    """Of a row that has no cells of its own, what is missing in them is not the reason."""
    if line.errors and any(first < line.number <= last for first, last, _columns in merged):
        words = _("Cells are merged over several rows here: give each row cells of its own.")
        return [CellError(line.number, "", words)]
    return line.errors


@transaction.atomic
def import_measurements(engagement, text, *, by, today, heading=None):
    """Write every row of the table as a draft of its own; one wrong row refuses all."""
    lock(engagement)
    plan = plan_import(engagement, text, by=by, today=today, heading=heading)
    if plan.errors:
        raise Refused({"text": _("Nothing was written: the table has cells to mend.")})
    rows = write.bulk_create(plan.measurements, by=by, why=because("Imported"))
    add_groups(zip(rows, plan.groups, strict=True), by=by, why=because("Imported"))
    return rows


def _metrics_of(engagement):
    """{normalised code or name of its indicator: metric}."""
    metrics = engagement.metrics.select_related("indicator", "engagement").order_by(
        "position", "pk"
    )
    return {
        normalise(name): metric
        for metric in metrics
        for name in (metric.indicator.code, metric.indicator.name_fr, metric.indicator.name_en)
    }


def _metric(line, metrics):
    asked = line.facts.get("indicator", "")
    different = set(metrics.values())
    if not asked and len(different) == 1:
        return different.pop()
    found = metrics.get(normalise(asked))
    if found is None:
        reason = (
            _("The engagement does not follow “%(name)s”.")
            if asked
            else _("Say which indicator this is.")
        )
        line.errors.append(
            CellError(line.number, heading_of("indicator"), reason % {"name": asked[:60]})
        )
    return found


def _observe_all(measurement, metric):
    """Who says nothing else observed the whole window, as in the form."""
    first, last = measurement.window_start, measurement.window_end
    is_asked = "exposure_months" in FIELDS_OF_KIND[metric.indicator.kind]
    if is_asked and measurement.exposure_months is None and first and last and first <= last:
        measurement.exposure_months = months_between(first, last)


def _look_at(line, measurement, metric, today):
    unasked = [name for name in NUMBERS if name not in FIELDS_OF_KIND[metric.indicator.kind]]
    filled = [name for name in unasked if getattr(measurement, name) is not None]
    if filled:
        reason = _("This indicator is a %(kind)s: leave this cell empty.")
        words = {"kind": metric.indicator.get_kind_display()}
        line.errors.extend(
            CellError(line.number, heading_of(name), reason % words) for name in filled
        )
        return
    if measurement.percent is not None and measurement.count is not None:
        reason = _("Give the count and out of how many, or the percentage: not both.")
        line.errors.append(CellError(line.number, heading_of("percent"), reason))
    try:
        refuse_unfit(measurement, metric, today)
        write.check(measurement, constraints=False)
    except Refused as refused:
        for name, sentences in by_field(refused).items():
            column = heading_of(name) if name != "non_field_errors" else ""
            line.errors.append(CellError(line.number, column, " ".join(sentences)))


def _look_at_groups(line, measurement):
    try:
        refuse_groups(measurement, line.facts.get("groups", []))
    except Refused as refused:
        for sentences in by_field(refused).values():
            line.errors.append(CellError(line.number, heading_of("groups"), " ".join(sentences)))


def _known(metrics):
    """({(metric, window, population): how it is known}, {metric: [(first, last, count)]}) of what stands or waits."""
    rows = Measurement.objects.filter(metric__in=set(metrics.values()), correction=None)
    known, series = {}, defaultdict(list)
    names = ("metric", "window_start", "window_end", "population", "count", "counts_in_total")
    for *key, count, counts in rows.order_by("pk").values_list(*names):
        known[tuple(key)] = _("This figure is recorded already: correct it there.")
        if counts:
            series[key[0]].append((key[1], key[2], count))
    return known, series


def _refuse_beside(line, measurement, series):
    """Against what is recorded, and against the rows above."""
    metric, beside = measurement.metric, series[measurement.metric_id]
    try:
        if not any(wrong.line == line.number for wrong in line.errors):
            refuse_double_counting(
                measurement, metric, [(first, last) for first, last, _count in beside]
            )
        refuse_decrease(
            measurement,
            metric,
            [(last, count) for _first, last, count in beside if count is not None],
        )
    except Refused as refused:
        for name, sentences in by_field(refused).items():
            line.errors.append(CellError(line.number, heading_of(name), " ".join(sentences)))
    if measurement.counts_in_total:
        beside.append((measurement.window_start, measurement.window_end, measurement.count))


def _refuse_twice(line, measurement, known):
    key = (
        measurement.metric_id,
        measurement.window_start,
        measurement.window_end,
        measurement.population,
    )
    if key in known:
        line.errors.append(CellError(line.number, heading_of("window_start"), known[key]))
    else:
        known[key] = _("This is the same window as in row %(row)s.") % {"row": line.number}
