"""The targets of a report, on its paper and in its spreadsheet: the same words as its page."""

from django.utils.translation import gettext as _

from impact.display import messages
from impact.display.measurements import measured, target_text, window
from impact.models import Metric, Population


def on_paper(summary):
    if not summary.targets:
        return None
    is_cumulative = summary.metric.reading == Metric.Reading.CUMULATIVE
    title = [
        _("Targets by period"),
        "" if summary.is_share else summary.metric.indicator.unit,
        _("each counts since the beginning") if is_cumulative else "",
    ]
    return {
        "title": " · ".join(part for part in title if part),
        "header": [_("Period"), _("Target of the period"), _("Measured"), _("How it stands")],
        "rows": [_line(target, summary) for target in summary.targets],
    }


def _line(target, summary):
    measurement = " · ".join(part for part in measured(target, summary) if part)
    return [str(window(target)), str(target_text(target, summary)), measurement, _stands(target)]


def _stands(target):
    sentences = [
        messages.OUTCOMES[target.outcome][1],
        messages.REFUSALS[target.refusal] if target.refusal else "",
    ]
    return " · ".join(str(part) for part in (*sentences, messages.when_set(target)) if part)


def header():
    return [
        _("Place"),
        _("Indicator"),
        _("Unit"),
        _("What is wanted"),
        _("From"),
        _("Until"),
        _("Target of the period"),
        _("Measured"),
        _("Measured until"),
        _("Population"),
        _("How it stands"),
        _("No figure"),
        _("Set on"),
        _("Changed on"),
        _("Changed because"),
    ]


def rows_of(each):
    """A share is in per cent, as its target is."""
    indicator = each.summary.metric.indicator
    for target in each.summary.targets:
        measurement = target.measured
        yield [
            each.place,
            indicator.name,
            indicator.unit,
            indicator.get_wanted_display(),
            target.window_start,
            target.window_end,
            target.value,
            *(
                (
                    measurement.value,
                    measurement.until,
                    str(Population(measurement.population).label),
                )
                if measurement
                else (None,) * 3
            ),
            str(messages.OUTCOMES[target.outcome][1]),
            str(messages.REFUSALS[target.refusal]) if target.refusal else None,
            target.set_on,
            target.amended_on,
            target.amended_why or None,
        ]
