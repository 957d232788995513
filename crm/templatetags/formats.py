"""How days, numbers, money and intervals are written, for templates: crm.domain.formatting under the same names."""

from django import template

from crm.domain import formatting

FILTERS = [
    "ago",
    "bounds",
    "day",
    "day_month",
    "day_text",
    "days",
    "days_a_week",
    "late",
    "moment_text",
    "money",
    "month_text",
    "number",
    "p_value",
    "per_cent",
    "percent",
    "slip",
    "times",
    "weekday_number",
    "weekday_text",
]
TAGS = ["colon", "interval"]

register = template.Library()
for _name in FILTERS:
    register.filter(_name, getattr(formatting, _name))
for _name in TAGS:
    register.simple_tag(getattr(formatting, _name), name=_name)
