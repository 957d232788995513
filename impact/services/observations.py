from decimal import Decimal

from django.utils.translation import gettext as _

from crm.domain.formatting import day_text, number
from crm.domain.refusals import Refused
from impact.models import Indicator, Metric

DAYS_A_MONTH = Decimal("30.4375")
VALUE_FIELDS = {Indicator.Kind.COUNT: "count", Indicator.Kind.AMOUNT: "amount"}


def refuse_unfit(observation, metric, today):
    """A figure that does not fit its indicator, or a window that has not passed."""
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


def months_between(first, last):
    return max(Decimal("0.01"), round(Decimal((last - first).days + 1) / DAYS_A_MONTH, 2))


def value_needed(kind):
    if kind == Indicator.Kind.COUNT:
        return _("This indicator is a count: give the count.")
    return _("This indicator is an amount: give the amount.")


def refuse_double_counting(observation, metric, windows):
    """Windows that add up share no day; `windows` are the (first, last day) of the other figures that count."""
    if metric.reading != Metric.Reading.PERIODS or metric.indicator.kind == Indicator.Kind.SHARE:
        return
    if not observation.counts_in_total:
        return
    for first, last in windows:
        if first <= observation.window_end and observation.window_start <= last:
            sentence = _(
                "A figure from %(first)s to %(last)s counts these days already: correct that one, or do not count "
                "this one in the total."
            )
            raise Refused(
                {"window_start": sentence % {"first": day_text(first), "last": day_text(last)}}
            )


def refuse_decrease(observation, metric, series):
    """A series that counts since the beginning only grows; `series` are (last day, count) of its other figures."""
    if (
        metric.reading != Metric.Reading.CUMULATIVE
        or not observation.counts_in_total
        or observation.count is None
    ):
        return
    for day, count in series:
        earlier, later = sorted([(day, count), (observation.window_end, observation.count)])
        if earlier[0] < later[0] and earlier[1] > later[1]:
            sentence = _(
                "These figures count since the beginning and cannot go down: there are %(count)s on %(day)s."
            )
            raise Refused({"count": sentence % {"count": number(count), "day": day_text(day)}})
