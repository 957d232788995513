"""Measurements, results and targets in words, as readers see them."""

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from crm.display.parts import status
from crm.domain.formatting import bracketed, day_text, days, money, number, percent, plural_of
from impact.display import messages
from impact.domain import statistics
from impact.models import Population
from impact.models.indicators import Units

SMALLEST_SHOWN = Decimal("0.01")
NO_UNIT = Units("", "")
COUNT_OVER = ngettext_lazy(
    "%(count)s %(unit)s in %(months)s month", "%(count)s %(unit)s in %(months)s months", "whole"
)
HOURS = ngettext_lazy("%(hours)s hour", "%(hours)s hours", "whole")


def with_unit(value, units):
    """The unit as it stands behind the number."""
    return units.of(value)


def reason(code):
    """The sentence of a refusal."""
    return messages.REFUSALS[code] if code else ""


def caution(code):
    return messages.CAUTIONS[code]


def kind(code):
    return messages.KINDS[code]


def method(code):
    return messages.METHODS.get(code, code)


def value_text(row, units):
    """A number as it was recorded: "45 of 80 (56 %)", "200 people in 18.6 months", "61 % (denominator not published)".

    `row` is a baseline, a measurement, a MetricResult or a PeriodResult.
    """
    if row.percent is not None:
        return _("%(share)s (denominator not published)") % {
            "share": percent(row.percent / 100, None)
        }
    if row.amount is not None:
        return f"{number(row.amount)} {units.of(row.amount)}"
    if row.count is None:
        return "—"
    if getattr(row, "count_least", None) is not None:
        words = {
            "low": number(row.count_least),
            "high": number(row.count),
            "unit": units.of(row.count),
        }
        return (
            _(
                "between %(low)s and %(high)s %(unit)s, since one person may stand in several periods"
            )
            % words
        )
    if row.total:
        share = percent(row.count / row.total)
        return _("%(count)s out of %(total)s (%(share)s)") % {
            "count": number(row.count),
            "total": number(row.total),
            "share": share,
        }
    months = getattr(row, "exposure_months", None) or getattr(row, "months", None)
    if months:
        return COUNT_OVER % {
            "count": number(row.count),
            "unit": units.of(row.count),
            "months": number(months),
            "whole": plural_of(months),
        }
    return f"{number(row.count)} {units.of(row.count)}"


def survey_text(row):
    """How many answered, and what those who kept silent leave open; empty where nobody was asked."""
    if not row.asked:
        return ""
    silence = statistics.silence(
        row.answered, row.asked, row.count if row.total else None, row.total
    )
    sentences = [
        _("%(answered)s answered out of %(asked)s asked (%(rate)s).")
        % {
            "answered": number(row.answered),
            "asked": number(row.asked),
            "rate": percent(silence.answer_rate),
        }
    ]
    if silence.low is not None:
        words = {"low": percent(silence.low), "high": percent(silence.high)}
        sentences.append(
            _("Among all who were asked, between %(low)s and %(high)s, whatever the silent think.")
            % words
        )
    if silence.is_large:
        sentences.append(_("Few answered: those who kept silent may think otherwise."))
    return " ".join(sentences)


def _people_interval(low, high):
    """Of people: nobody is counted by tenths."""
    return bracketed(number(round(low)), number(round(high)))


def net_text(net, units, total_count=None):
    """The net of what would have happened anyway, and its interval; of `total_count`, where not all were asked."""
    words = {
        "answered": number(net.answered),
        "asked": number(net.asked),
        "deadweight": number(net.deadweight),
        "share": percent(net.share.value),
        "net": number(round(net.value)),
        "gross": number(net.gross),
        "unit": units.of(net.gross),
        "interval": _people_interval(net.low, net.high),
        "low": number(round(net.silent_low)),
        "high": number(round(net.silent_high)),
    }
    in_part = total_count is not None and total_count != net.gross
    sentences = [
        _(
            "%(answered)s answered out of %(asked)s asked, and %(deadweight)s of them (%(share)s) say that it would "
            "have happened anyway."
        )
        % words,
        *(
            [
                _("That was asked about %(gross)s of the %(whole)s.")
                % (words | {"whole": number(total_count)})
            ]
            if in_part
            else []
        ),
        (
            _("Net of that: %(net)s of %(gross)s %(unit)s.")
            if net.low == net.high
            else _("Net of that: about %(net)s of %(gross)s %(unit)s, 95 %% interval %(interval)s.")
        )
        % words,
    ]
    if net.is_silence_large:
        sentences.append(
            _("Few answered: whatever the silent think, between %(low)s and %(high)s.") % words
        )
    sentences.append(_("What people say would have happened is not an observation of it."))
    return " ".join(sentences)


def target_text(target, summary):
    """The number of a target, or its share in per cent; “at most” where less is better."""
    value = percent(target.value / 100, None) if summary.is_share else number(target.value)
    return at_most(value) if summary.metric.indicator.less_is_better else value


def at_most(amount):
    return _("at most %(amount)s") % {"amount": amount}


def measured(target, summary):
    """(the number measured in the period, what to know of it): of whom, if not of all; until when, if not its end."""
    result = target.measured
    if result is None:
        return "—", ""
    details = (
        [] if result.population == Population.ALL else [str(Population(result.population).label)]
    )
    if result.until != target.window_end:
        details.append(_("until %(day)s") % {"day": day_text(result.until)})
    return value_text(result, NO_UNIT) if summary.is_share else number(result.value), " · ".join(
        details
    )


def outcome(target):
    """How a target stands, as a word with the shape of its status."""
    return status(*messages.OUTCOMES[target.outcome])


def when_set(target):
    return messages.when_set(target)


def window(row):
    return _("from %(first)s to %(last)s") % {
        "first": day_text(row.window_start),
        "last": day_text(row.window_end),
    }


def finding(summary):
    """What the result of a metric says against its baseline, in a sentence; never more than the interval allows."""
    comparison = summary.comparison
    units = summary.metric.indicator.units
    if summary.result.refusal:
        return messages.REFUSALS[summary.result.refusal]
    now = value_text(summary.result, units)
    if comparison is None:
        return _("%(now)s; no baseline was supplied.") % {"now": now}
    before = value_text(comparison.baseline, units)
    if comparison.multiplier is None:
        return _("%(before)s before, %(now)s now. %(why)s") % {
            "before": before,
            "now": now,
            "why": messages.REFUSALS[comparison.refusal],
        }
    if summary.is_share:
        return _share_finding(comparison, before, now)
    if comparison.is_undecided:
        return _("%(before)s before, %(now)s now: the figures do not show a change of pace.") % {
            "before": before,
            "now": now,
        }
    if comparison.multiplier.ratio > 1:
        return _("%(before)s before, %(now)s now: the pace has risen.") % {
            "before": before,
            "now": now,
        }
    return _("%(before)s before, %(now)s now: the pace has fallen.") % {
        "before": before,
        "now": now,
    }


def _share_finding(comparison, before, now):
    if comparison.is_undecided or comparison.multiplier.ratio <= 1:
        return _("Per person the rate did not rise: %(before)s before, %(now)s now.") % {
            "before": before,
            "now": now,
        }
    return _("Per person the rate has risen: %(before)s before, %(now)s now.") % {
        "before": before,
        "now": now,
    }


def days_given(half_days):
    """The days given, or why they are not shown."""
    if half_days is None:
        return _("Not told: no month that is over in which %(least)s people worked") % {
            "least": settings.SMALLEST_GROUP
        }
    return days(half_days)


def milestones_reached(section):
    """How many of those planned, as one engagement's section or a portfolio counts them."""
    if not section.milestones:
        return _("none planned yet")
    return f"{number(section.milestones_done)} / {number(section.milestones)}"


def effort_text(effort):
    """What one result takes, by hand and with the solution, its building included; what is not known is left out."""
    by_hand = both_of(hours_text(effort.hours_by_hand), money_text(effort.cost_by_hand))
    words = {"by_hand": by_hand, "cost": _small(effort.cost_each, money)}
    if effort.days_each is None:
        sentence = (
            _("For each result: %(by_hand)s by hand; with the solution %(cost)s to run it.")
            if by_hand
            else _(
                "For each result: %(cost)s to run the solution. What it took by hand is not known."
            )
        )
        return sentence % words
    words["days"] = _small(effort.days_each, lambda value: days(value * 2))
    if by_hand:
        sentence = _(
            "For each result: %(by_hand)s by hand; with the solution %(days)s of lent people, the building included, "
            "and %(cost)s to run it."
        )
    else:
        sentence = _(
            "For each result: %(days)s of lent people, the building included, and %(cost)s to run the solution. "
            "What it took by hand is not known."
        )
    return sentence % words


def hours_text(value, words=HOURS):
    if value is None:
        return ""
    value = round(value, 1)
    return words % {"hours": number(value), "whole": plural_of(value)}


def money_text(value):
    return "" if value is None else money(round(value, 2))


def both_of(first, second):
    return (
        _("%(first)s and %(second)s") % {"first": first, "second": second}
        if first and second
        else first or second
    )


def _small(value, format_value):
    """Rounded to the hundredth; “less than 0.01” instead of nothing."""
    if 0 < value < SMALLEST_SHOWN:
        return _("less than %(amount)s") % {"amount": format_value(SMALLEST_SHOWN)}
    return format_value(round(value, 2))
