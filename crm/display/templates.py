"""What any template may call by its name: formats of the reader's language, small parts, Django's own filters."""

from django.template import defaultfilters

from crm.display import parts, prose
from crm.domain import formatting, letters

FORMATS = [
    "ago",
    "bounds",
    "day",
    "day_month",
    "day_text",
    "days",
    "days_a_week",
    "full_day",
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
    "week_span",
    "weekday_number",
    "weekday_text",
]
OF_DJANGO = [
    "capfirst",
    "date",
    "default_if_none",
    "filesizeformat",
    "linebreaksbr",
    "truncatechars",
    "urlencode",
    "yesno",
]

FILTERS = {
    **{name: getattr(formatting, name) for name in FORMATS},
    **{name: getattr(defaultfilters, name) for name in OF_DJANGO},
    "linebreaks": defaultfilters.linebreaks_filter,
    "markdown": prose.markdown,
}
FUNCTIONS = {
    "badge": parts.badge,
    "colon": formatting.colon,
    "interval": formatting.interval,
    "share_interval": formatting.share_interval,
    "has_papers": letters.has_papers,
    "icon": parts.icon,
    "optional": parts.optional,
    "status": parts.status,
    "step": parts.step,
}
