"""The health of an engagement, by named rules.

Each rule looks at one fact, a day since when something has been so, and fires once it has lasted long enough. Which
rules are in force, from how many days on and with what weight is data (HealthRule); it comes in as an argument.
The weights of the rules that fire add up to one number, the severity. It gives the level of one engagement (in
Python) as well as the filter and the order of the list (in SQL), so that the two always agree.

`facts` is an engagement that carries what with_facts() adds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any, Protocol

from django.db.models import Case, Q, Value, When
from django.db.models.functions import Greatest, Least
from django.db.models.lookups import GreaterThan, Range
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from crm.domain.formatting import day_month, day_text


class HealthLevel(StrEnum):
    """From the worst to the best; unknown stands above watch, so that no news is never a good sign."""

    ACT = "act"
    UNKNOWN = "unknown"
    WATCH = "watch"
    GOOD = "good"


WORDS = {
    HealthLevel.ACT: gettext_lazy("Act"),
    HealthLevel.UNKNOWN: gettext_lazy("Unknown"),
    HealthLevel.WATCH: gettext_lazy("Watch"),
    HealthLevel.GOOD: gettext_lazy("Good"),
}
CHOICES = [(level.value, word) for level, word in WORDS.items()]


class Facts(Protocol):
    """What the rules read of an engagement, beside the attributes that Rule.fact names."""

    @property
    def is_active(self) -> bool: ...

    is_unheard: bool
    override: dict[str, Any] | None  # both as they come out of JSON
    pause: dict[str, Any] | None


@dataclass(frozen=True)
class Rule:
    """Fires once its fact (a day, or None) lies `days` days back or more, and then weighs `weight`.

    `sentence` says why, with %(days)s for how long it has been so.
    """

    key: str
    fact: str
    days: int
    weight: int
    sentence: Promise

    def fires(self, facts: Facts, today: date) -> bool:
        """Whether it fires on that day; silence fires at once where nobody has ever written of the engagement."""
        since = getattr(facts, self.fact)
        if since is None:
            return False
        is_unheard = self.fact == SILENCE and facts.is_unheard
        return (today - since).days >= (0 if is_unheard else self.days)

    def brief(self, facts: Facts, today: date) -> str | Promise:
        if self.fact == SILENCE and facts.is_unheard:
            return UNHEARD
        return BRIEFS[self.fact] % {"days": (today - getattr(facts, self.fact)).days}

    def reason(self, facts: Facts, today: date) -> str | Promise:
        if self.fact == SILENCE and facts.is_unheard:
            return UNHEARD
        days = (today - getattr(facts, self.fact)).days
        return self.sentence % {"days": days} if days else SINCE_TODAY[self.fact]


VACANT = ngettext_lazy(
    "No project lead for %(days)d day", "No project lead for %(days)d days", "days"
)
LATE = ngettext_lazy(
    "A milestone is %(days)d day late", "A milestone is %(days)d days late", "days"
)
BLOCKED = ngettext_lazy("Blocked for %(days)d day", "Blocked for %(days)d days", "days")
SILENT = ngettext_lazy("No news for %(days)d day", "No news for %(days)d days", "days")
UNHEARD = gettext_lazy("No news yet")

SILENCE = "silent_since"
# Instead of "for 0 days".
SINCE_TODAY = {
    "vacant_since": gettext_lazy("No project lead since today"),
    "late_since": gettext_lazy("A milestone is late since today"),
    "blocked_since": gettext_lazy("Blocked since today"),
    SILENCE: gettext_lazy("The last news is from today"),
}
# In few words, for a row of many.
BRIEFS = {
    "vacant_since": ngettext_lazy(
        "%(days)d day without a lead", "%(days)d days without a lead", "days"
    ),
    "late_since": ngettext_lazy("%(days)d day late", "%(days)d days late", "days"),
    "blocked_since": ngettext_lazy("%(days)d day blocked", "%(days)d days blocked", "days"),
    SILENCE: ngettext_lazy("%(days)d day of silence", "%(days)d days of silence", "days"),
}
ACT_FROM = 10
# As Relais comes: a trouble is watched from the first day, and acted on once it lasts. Three short ones stay a watch.
DEFAULTS = (
    Rule("vacant", "vacant_since", 0, 2, VACANT),
    Rule("vacant-long", "vacant_since", 14, 8, VACANT),
    Rule("late", "late_since", 1, 2, LATE),
    Rule("late-long", "late_since", 30, 8, LATE),
    Rule("blocked", "blocked_since", 0, 2, BLOCKED),
    Rule("blocked-long", "blocked_since", 14, 8, BLOCKED),
    Rule("silent", SILENCE, 21, 1, SILENT),
)

# Severity: twice the weights, so that silence has a place of its own right below "act".
ACTS = 2 * ACT_FROM
SILENT_ONLY = ACTS - 1
BOUNDS = {
    HealthLevel.ACT: (ACTS, ACTS),
    HealthLevel.UNKNOWN: (SILENT_ONLY, SILENT_ONLY),
    HealthLevel.WATCH: (1, SILENT_ONLY - 1),
    HealthLevel.GOOD: (0, 0),
}


SEVERITY = {level: least for level, (least, _most) in BOUNDS.items()}


@dataclass(frozen=True)
class Override:
    """A level that somebody set by hand, until the end of a day."""

    number: int
    level: HealthLevel
    until: date
    reason: str
    by: str

    @property
    def brief(self) -> str:
        return _("Set by hand until %(day)s") % {"day": day_month(self.until)}

    def sentence(self, computed: HealthLevel) -> str:
        return _("Set by hand by %(name)s until %(day)s: %(reason)s (computed: %(level)s)") % {
            "name": self.by,
            "day": day_text(self.until),
            "reason": self.reason,
            "level": WORDS[computed],
        }


@dataclass(frozen=True)
class CurrentPause:
    """The pause that the engagement is in; without an end, `until` is None."""

    number: int
    until: date | None
    reason: str

    @property
    def brief(self) -> str:
        if self.until is None:
            return _("Paused")
        return _("Paused until %(day)s") % {"day": day_month(self.until)}

    def sentence(self) -> str:
        if self.until is None:
            return _("Paused: %(reason)s") % {"reason": self.reason}
        return _("Paused until %(day)s: %(reason)s") % {
            "day": day_text(self.until),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Health:
    """`level` is what is shown, `computed` what the rules say; they differ where somebody set it by hand.

    `briefs` are the reasons in few words, for a row of many.
    """

    level: HealthLevel
    reasons: tuple[str, ...]
    computed: HealthLevel
    override: Override | None = None
    pause: CurrentPause | None = None
    briefs: tuple[str, ...] = ()

    @property
    def word(self) -> Promise:
        return WORDS[self.level]

    @property
    def is_explained(self) -> bool:
        return self.level != HealthLevel.GOOD or self.override is not None or self.pause is not None


def of(facts: Facts, today: date, rules: Iterable[Rule]) -> Health | None:
    """The health of an active engagement that carries with_facts(); None once it is over."""
    if not facts.is_active:
        return None
    computed = level(facts, today, rules)
    override, pause = _override_of(facts), _pause_of(facts)
    firing = fired(facts, today, rules)
    reasons = [str(rule.reason(facts, today)) for rule in firing]
    briefs = [str(rule.brief(facts, today)) for rule in firing]
    if not reasons and pause is None and override is None:
        reasons = [_("Lead in place, news is fresh, nothing late or blocked.")]
    if pause:
        reasons.insert(0, pause.sentence())
        briefs.insert(0, pause.brief)
    if override:
        reasons.insert(0, override.sentence(computed))
        briefs.insert(0, override.brief)
    shown = override.level if override else computed
    return Health(shown, tuple(reasons), computed, override, pause, tuple(briefs))


def fired(facts: Facts, today: date, rules: Iterable[Rule]) -> list[Rule]:
    """The rules that fire, the weightiest fact first and each fact once: by its rule that asks for the most days."""
    firing = [
        [rule for rule in rules_of_fact if rule.fires(facts, today)]
        for rules_of_fact in _by_fact(rules).values()
    ]
    heaviest = sorted(
        filter(None, firing), key=lambda of_fact: -sum(rule.weight for rule in of_fact)
    )
    return [of_fact[0] for of_fact in heaviest]


def level(facts: Facts, day: date, rules: Iterable[Rule]) -> HealthLevel:
    """The level by the rules. The facts are days, so that it can be computed for an earlier day as well."""
    number = _severity(facts, day, rules)
    return next(level for level, (least, most) in BOUNDS.items() if least <= number <= most)


def where(level: str, today: date, rules: Iterable[Rule]) -> Q:
    """The filter, on with_facts(), for the active engagements of this level."""
    return Q(Range(severity(today, rules), BOUNDS[HealthLevel(level)]))


def in_trouble(today: date, rules: Iterable[Rule]) -> Q:
    """The filter, on with_facts(), for those that are not good."""
    return Q(GreaterThan(severity(today, rules), Value(0)))


def silent(today: date, rules: Iterable[Rule]) -> Q:
    """The filter, on with_facts(), for those without news for the set time."""
    of_silence = _by_fact(rules).get(SILENCE)
    if not of_silence:
        return Q(pk__in=[])
    return _since(of_silence[-1], today) | Q(is_unheard=True, silent_since__lte=today)


def severity(today: date, rules: Iterable[Rule]) -> Case:
    """In SQL, on with_facts(): for filters, and for sorting the worst first."""
    by_hand = (
        When(override_level=level, then=Value(least)) for level, (least, _most) in BOUNDS.items()
    )
    return Case(*by_hand, default=_computed(today, rules))


def _computed(today: date, rules: Iterable[Rule]) -> Value | Least | Greatest:
    by_fact = _by_fact(rules)
    if not by_fact:
        return Value(0)
    weights = sum((_weight(of_fact, today) for of_fact in by_fact.values()), start=Value(0))
    heavy = Least(weights * 2, Value(ACTS))
    if SILENCE not in by_fact:
        return heavy
    silence = Case(When(silent(today, rules), then=Value(SILENT_ONLY)), default=Value(0))
    return Greatest(heavy, silence)


def _weight(rules_of_fact: list[Rule], today: date) -> Case:
    """The weight of the rules of one fact: past the days of one rule, those of all rules with fewer days count too."""
    steps, total = [], sum(rule.weight for rule in rules_of_fact)
    for rule in rules_of_fact:
        steps.append(When(_since(rule, today), then=Value(total)))
        total -= rule.weight
    return Case(*steps, default=Value(0))


def _since(rule: Rule, today: date) -> Q:
    return Q(**{f"{rule.fact}__lte": today - timedelta(days=rule.days)})


def _severity(facts: Facts, today: date, rules: Iterable[Rule]) -> int:
    firing = [rule for rule in rules if rule.fires(facts, today)]
    heavy = min(2 * sum(rule.weight for rule in firing), ACTS)
    return max(heavy, SILENT_ONLY if any(rule.fact == SILENCE for rule in firing) else 0)


def _by_fact(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """{fact: its rules, those that ask for the most days first}."""
    ordered = sorted(rules, key=lambda rule: (rule.fact, -rule.days))
    return {fact: list(of_fact) for fact, of_fact in groupby(ordered, key=lambda rule: rule.fact)}


def _override_of(facts: Facts) -> Override | None:
    row = facts.override
    if row is None:
        return None
    return Override(
        row["number"],
        HealthLevel(row["level"]),
        date.fromisoformat(row["until"]),
        row["reason"],
        row["by"],
    )


def _pause_of(facts: Facts) -> CurrentPause | None:
    row = facts.pause
    if row is None:
        return None
    until = row["until"] and date.fromisoformat(row["until"])
    return CurrentPause(row["number"], until, row["reason"])
