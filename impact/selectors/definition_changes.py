"""How definitions were changed, and why: those of indicators, and the targets and caveats of metrics."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from crm.audit import history
from crm.models import User
from engagements.models import Engagement
from engagements.selectors import changes
from impact.models import Indicator, Metric

MAX_REDEFINED = 20


class Redefinition(NamedTuple):
    """The name of what was changed, and the entry of its history."""

    name: str
    entry: history.HistoryEntry


def changed_since(user: User, since: date) -> list[Redefinition]:
    """Of the indicators, and of the metrics of the engagements that the person works in; the newest first."""
    moment = changes.moment(since)
    indicators = changes.definitions_changed([Indicator], moment)
    metrics = [
        Redefinition(f"{row.indicator}, {row.engagement}", entry)
        for row, _older, entry in history.entries_since(
            Metric, moment, engagement__in=Engagement.objects.visible_to(user)
        )
        if entry.changes
    ]
    redefinitions = [
        *(Redefinition(str(indicator), entry) for indicator, entry in indicators),
        *metrics,
    ]
    return _newest(redefinitions)[: changes.MAX_CHANGES]


def redefined(metrics: Iterable[Metric]) -> list[Redefinition]:
    """How the definitions of these metrics and of their indicators were changed, newest first: two queries.

    What was filled in where nothing stood is no change of definition.
    """
    metrics = list(metrics)
    histories = [
        *(
            (row.name, entries)
            for row, entries in history.entries_of([m.indicator for m in metrics])
        ),
        *((row.indicator.name, entries) for row, entries in history.entries_of(metrics)),
    ]
    redefinitions = [
        Redefinition(name, entry)
        for name, entries in histories
        for entry in entries
        if any(change.before for change in entry.changes)
    ]
    return _newest(redefinitions)[:MAX_REDEFINED]


def _newest(redefinitions: Iterable[Redefinition]) -> list[Redefinition]:
    return sorted(redefinitions, key=lambda change: change.entry.at, reverse=True)
