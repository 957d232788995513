"""The functions of impact.display.measurements for templates, under the same names."""

from django import template

from impact.display import measurements

FILTERS = ["at_most", "caution", "days_given", "kind", "method", "reason", "with_unit"]
TAGS = [
    "target_text",
    "effort_text",
    "value_text",
    "finding",
    "measured",
    "net_text",
    "outcome",
    "survey_text",
    "when_set",
    "window",
]

register = template.Library()
for _name in FILTERS:
    register.filter(_name, getattr(measurements, _name))
for _name in TAGS:
    register.simple_tag(getattr(measurements, _name), name=_name)
