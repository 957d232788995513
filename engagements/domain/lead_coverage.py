"""How much of an engagement's life had a project lead, as periods and percentages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

FULL = 100
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Appointment:
    """Somebody leads with a share of their time in percent; both days included, `ends_on` None is without an end."""

    starts_on: date
    ends_on: date | None
    share: int
    who: str = ""


@dataclass(frozen=True)
class LeadPeriod:
    """Days in a row with the same lead, or with none: then the share is 0."""

    starts_on: date
    ends_on: date
    share: int
    who: str = ""

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    @property
    def is_gap(self) -> bool:
        return self.share == 0


@dataclass(frozen=True)
class Coverage:
    """The periods follow each other without a hole from the first day of the life to its last one."""

    periods: tuple[LeadPeriod, ...]

    @property
    def days(self) -> int:
        return sum(period.days for period in self.periods)

    @property
    def gaps(self) -> tuple[LeadPeriod, ...]:
        return tuple(period for period in self.periods if period.is_gap)

    @property
    def gap_days(self) -> int:
        return sum(gap.days for gap in self.gaps)

    @property
    def covered_percent(self) -> int | None:
        return self._percent(lambda period: not period.is_gap)

    @property
    def full_time_percent(self) -> int | None:
        return self._percent(lambda period: period.share == FULL)

    @property
    def vacant_since(self) -> date | None:
        """The first day of the gap that lasts until the end of the life, or None."""
        return self.periods[-1].starts_on if self.periods and self.periods[-1].is_gap else None

    def _percent(self, counts: Callable[[LeadPeriod], bool]) -> int | None:
        """Rounded down, so that 100 means a life without a gap. None before the first day."""
        covered = sum(period.days for period in self.periods if counts(period))
        return 100 * covered // self.days if self.periods else None


def cover(appointments: Iterable[Appointment], first: date, last: date) -> Coverage:
    """The coverage of the life from `first` to `last`. Where two appointments meet, the larger share counts."""
    if last < first:
        return Coverage(())
    spans = [
        (max(a.starts_on, first), min(a.ends_on or last, last) + DAY, a.share, a.who)
        for a in appointments
    ]
    cuts = {first, last + DAY}
    for start, end, _share, _who in spans:
        cuts |= {start, end} if start < end else set()
    periods: list[LeadPeriod] = []
    for start, end in pairwise(sorted(cuts)):
        leads = [(share, who) for begins, stops, share, who in spans if begins <= start < stops]
        share, who = max(leads, default=(0, ""))
        if periods and (periods[-1].share, periods[-1].who) == (share, who):
            start = periods.pop().starts_on
        periods.append(LeadPeriod(start, end - DAY, share, who))
    return Coverage(tuple(periods))
