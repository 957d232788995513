"""What was said of a figure before: definitions, targets and caveats that changed, with the day and the reason."""

from crm.audit import history
from engagements.models import Engagement
from engagements.selectors import changes
from impact.models import Indicator, Metric

MAX_REDEFINED = 20


def changed_since(user, since):
    """[(what it is, entry)] of the indicators, and of the metrics of the engagements that the person works in."""
    moment = changes.moment(since)
    metrics = [
        (f"{row.indicator}, {row.engagement}", entry)
        for row, _older, entry in history.entries_since(
            Metric, moment, engagement__in=Engagement.objects.visible_to(user)
        )
        if entry.changes
    ]
    found = changes.definitions_changed([Indicator], moment) + metrics
    return sorted(found, key=lambda pair: pair[1].at, reverse=True)[: changes.MAX_CHANGES]


def redefined(metrics):
    """[(what, entry)] of how these metrics and their indicators were told before, newest first: two statements.

    What was added where nothing stood is no other definition.
    """
    rows = [metric.indicator for metric in metrics], list(metrics)
    parts = [
        (row.name if isinstance(row, Indicator) else row.indicator.name, entry)
        for of_model in rows
        for row, entries in history.entries_of(of_model)
        for entry in entries
        if any(change.before for change in entry.changes)
    ]
    return sorted(parts, key=lambda pair: pair[1].at, reverse=True)[:MAX_REDEFINED]
