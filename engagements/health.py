"""Health by named rules: each looks at one fact ("so since this day") and fires once it has lasted long enough.

The same table gives the reasons of one engagement (Python) and the filter of the list (SQL).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy


class Level(StrEnum):
    """From the worst to the best; unknown stands above watch, so that no news is never a good sign."""

    ACT = "act"
    UNKNOWN = "unknown"
    WATCH = "watch"
    GOOD = "good"


WORDS = {
    Level.ACT: gettext_lazy("Act"),
    Level.UNKNOWN: gettext_lazy("Unknown"),
    Level.WATCH: gettext_lazy("Watch"),
    Level.GOOD: gettext_lazy("Good"),
}


@dataclass(frozen=True)
class Rule:
    """Fires at `level` once the fact (a day, or null) lies `days` days back or more."""

    key: str
    fact: str
    days: int
    level: Level
    sentence: object

    def fires(self, facts, today):
        since = getattr(facts, self.fact)
        return since is not None and (today - since).days >= self.days

    def reason(self, facts, today):
        days = (today - getattr(facts, self.fact)).days
        return self.sentence % {"days": days}

    def where(self, today):
        return Q(**{f"{self.fact}__lte": today - timedelta(days=self.days)})


VACANT = ngettext_lazy("No project lead for %(days)d day", "No project lead for %(days)d days", "days")
LATE = ngettext_lazy("A milestone is %(days)d day late", "A milestone is %(days)d days late", "days")
BLOCKED = ngettext_lazy("Blocked for %(days)d day", "Blocked for %(days)d days", "days")
SILENT = ngettext_lazy("No news for %(days)d day", "No news for %(days)d days", "days")

SILENCE = Rule("silent", "last_news_on", 21, Level.UNKNOWN, SILENT)

RULES = [
    Rule("vacant-long", "vacant_since", 14, Level.ACT, VACANT),
    Rule("late-long", "late_since", 30, Level.ACT, LATE),
    Rule("blocked-long", "blocked_since", 14, Level.ACT, BLOCKED),
    SILENCE,
    Rule("vacant", "vacant_since", 0, Level.WATCH, VACANT),
    Rule("late", "late_since", 1, Level.WATCH, LATE),
    Rule("blocked", "blocked_since", 0, Level.WATCH, BLOCKED),
]


@dataclass(frozen=True)
class Health:
    level: Level
    reasons: tuple[str, ...]

    @property
    def word(self):
        return WORDS[self.level]


def of(facts, today):
    """The health of an active engagement that carries with_facts(); None once it is over."""
    if not facts.is_active:
        return None
    fired, told = [], set()
    for rule in RULES:
        if rule.fact not in told and rule.fires(facts, today):
            fired.append(rule)
            told.add(rule.fact)
    if not fired:
        return Health(Level.GOOD, (_("Lead in place, news is fresh, nothing late or blocked."),))
    return Health(fired[0].level, tuple(str(rule.reason(facts, today)) for rule in fired))


def where(level, today):
    """The filter, on with_facts(), for the active engagements whose worst rule is of this level."""
    order = list(Level)
    better = [rule for rule in RULES if order.index(rule.level) < order.index(level)]
    own = [rule for rule in RULES if rule.level == level]
    matches = Q()
    for rule in own:
        matches |= rule.where(today)
    for rule in better:
        matches &= Q(**{f"{rule.fact}__isnull": True}) | ~rule.where(today)
    return matches


def fires(today):
    """The filter, on with_facts(), for the engagements of which any rule has something to say."""
    any_rule = Q()
    for rule in RULES:
        any_rule |= rule.where(today)
    return any_rule


def rank(today):
    """The level as a number for sorting in SQL, on with_facts(): the worst is 0."""
    order = list(Level)
    worst_first = sorted(RULES, key=lambda rule: order.index(rule.level))
    return Case(
        *(When(rule.where(today), then=Value(order.index(rule.level))) for rule in worst_first),
        default=Value(order.index(Level.GOOD)),
    )
