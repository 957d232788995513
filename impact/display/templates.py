"""What any template may call by its name to say a measurement or a total in words."""

from impact.display import measurements, totals

FILTERS = {
    "at_most": measurements.at_most,
    "caution": measurements.caution,
    "days_given": measurements.days_given,
    "milestones_reached": measurements.milestones_reached,
    "kind": measurements.kind,
    "method": measurements.method,
    "reason": measurements.reason,
    "with_unit": measurements.with_unit,
}
FUNCTIONS = {
    "target_text": measurements.target_text,
    "effort_text": measurements.effort_text,
    "value_text": measurements.value_text,
    "finding": measurements.finding,
    "how_it_adds_up": totals.how_it_adds_up,
    "measured": measurements.measured,
    "net_text": measurements.net_text,
    "outcome": measurements.outcome,
    "survey_text": measurements.survey_text,
    "what_was_left_out": totals.what_was_left_out,
    "when_set": measurements.when_set,
    "window": measurements.window,
}
