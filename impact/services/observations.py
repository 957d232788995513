"""The rules that baselines and measurements share: what an observation of a metric may say, and beside which others."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from crm.domain.formatting import day_text, number
from crm.domain.refusals import Refused
from impact.models import Baseline, Indicator, Measurement, Metric

DAYS_A_MONTH = Decimal("30.4375")
VALUE_FIELDS: dict[str, str] = {Indicator.Kind.COUNT: "count", Indicator.Kind.AMOUNT: "amount"}


def refuse_unfit(observation: Baseline | Measurement, metric: Metric, today: date) -> None:
    """Refuse a value that does not fit the kind of the indicator, and a window that is not over."""
    kind = metric.indicator.kind
    if kind == Indicator.Kind.SHARE:
        if observation.percent is None and (observation.count is None or observation.total is None):
            sentence = _(
                "This indicator is a share: give the count and out of how many, or the percentage published."
            )
            raise Refused({"count": sentence})
    elif getattr(observation, VALUE_FIELDS[kind]) is None:
        raise Refused({VALUE_FIELDS[kind]: value_needed(kind)})
    days = (observation.window_end - observation.window_start).days
    if days >= 0 and (observation.exposure_months or 0) > days / DAYS_A_MONTH + 1:
        raise Refused({"exposure_months": _("These are more months than there are in the period.")})
    if observation.window_end > today:
        raise Refused({"window_end": _("This window is not over yet.")})


def months_between(first: date, last: date) -> Decimal:
    """The length of a window in months, to the hundredth, both days included; never zero."""
    return max(Decimal("0.01"), round(Decimal((last - first).days + 1) / DAYS_A_MONTH, 2))


def value_needed(kind: str) -> str:
    """What is missing where an indicator of this kind, a count or an amount, has no value."""
    if kind == Indicator.Kind.COUNT:
        return _("This indicator is a count: give the count.")
    return _("This indicator is an amount: give the amount.")


def refuse_double_counting(
    measurement: Measurement, metric: Metric, windows: Iterable[tuple[date, date]]
) -> None:
    """Refuse a window that shares a day with another one, where measurements of a metric are added up.

    `windows` are the first and last days of the other measurements that count in the total.
    """
    if metric.reading != Metric.Reading.PERIODS or metric.indicator.kind == Indicator.Kind.SHARE:
        return
    if not measurement.counts_in_total:
        return
    for first, last in windows:
        if first <= measurement.window_end and measurement.window_start <= last:
            sentence = _(
                "A figure from %(first)s to %(last)s counts these days already: correct that one, or do not count "
                "this one in the total."
            )
            raise Refused(
                {"window_start": sentence % {"first": day_text(first), "last": day_text(last)}}
            )


def refuse_decrease(
    measurement: Measurement, metric: Metric, series: Iterable[tuple[date, int]]
) -> None:
    """Refuse a count below an earlier one, or above a later one, of a metric that counts since the beginning.

    `series` are the last day and the count of its other measurements.
    """
    if (
        metric.reading != Metric.Reading.CUMULATIVE
        or not measurement.counts_in_total
        or measurement.count is None
    ):
        return
    for day, count in series:
        earlier, later = sorted([(day, count), (measurement.window_end, measurement.count)])
        if earlier[0] < later[0] and earlier[1] > later[1]:
            sentence = _(
                "These figures count since the beginning and cannot go down: there are %(count)s on %(day)s."
            )
            raise Refused({"count": sentence % {"count": number(count), "day": day_text(day)}})
