"""Figures in words, for templates: impact.display.figures under the same names."""

from django import template

from impact.display import figures

FILTERS = ["at_most", "caution", "days_told", "kind", "method", "reason"]
TAGS = [
    "aim",
    "effort",
    "figure",
    "finding",
    "measured",
    "net",
    "outcome",
    "survey",
    "when_set",
    "window",
]

register = template.Library()
for _name in FILTERS:
    register.filter(_name, getattr(figures, _name))
for _name in TAGS:
    register.simple_tag(getattr(figures, _name), name=_name)
