"""The coverage by a lead as a picture: solid is full time, lighter is part time, hatched is nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.domain.formatting import percent
from engagements.domain.lead_coverage import FULL, Appointment, Coverage, LeadPeriod, cover
from engagements.models import Engagement, LeadAppointment

WIDTH, LETTER_WIDTH = 360, 6.5


@dataclass(frozen=True)
class Segment:
    x: float
    width: float
    kind: str
    label: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Strip:
    """All that the template needs; coordinates in a view box of `width` × 56."""

    width: int
    segments: tuple[Segment, ...]
    first: date
    last: date
    coverage: Coverage
    finding: str


def of(engagement: Engagement, leads: Iterable[LeadAppointment], today: date) -> Strip | None:
    """The strip of an engagement and its appointments, `contact` at hand; None before its first day."""
    appointments = [
        Appointment(lead.starts_on, lead.ends_on, lead.share, lead.contact.full_name)
        for lead in leads
    ]
    last = today if engagement.is_active else engagement.stage_entered_on
    coverage = cover(appointments, engagement.started_on, last)
    return draw(coverage) if coverage.periods else None


def draw(coverage: Coverage) -> Strip:
    """The strip of a coverage that has a first day."""
    segments, x = [], 0.0
    for period in coverage.periods:
        width = round(period.days / coverage.days * WIDTH, 1)
        kind = "gap" if period.is_gap else "full" if period.share == FULL else "part"
        segments.append(Segment(round(x, 1), width, kind, _fitting(_words(period), width)))
        x += width
    first, last = coverage.periods[0].starts_on, coverage.periods[-1].ends_on
    return Strip(WIDTH, tuple(segments), first, last, coverage, finding(coverage))


def finding(coverage: Coverage) -> str:
    """What the picture says, in a sentence or two."""
    covered_percent = coverage.covered_percent or 0
    full_time_percent = coverage.full_time_percent or 0
    covered = percent(covered_percent / 100)
    if not coverage.gaps:
        sentence = _("A lead was there all the time.")
    else:
        sentence = _("Covered %(covered)s of the time; without a lead for %(days)s, %(gaps)s.") % {
            "covered": covered,
            "days": ngettext("%(days)d day", "%(days)d days", coverage.gap_days)
            % {"days": coverage.gap_days},
            "gaps": ngettext("in one gap", "in %(gaps)d gaps", len(coverage.gaps))
            % {"gaps": len(coverage.gaps)},
        }
    if full_time_percent < covered_percent:
        full = percent(full_time_percent / 100)
        sentence = f"{sentence} {_('Full time: %(full)s of the time.') % {'full': full}}"
    return sentence


def _words(period: LeadPeriod) -> str:
    if period.is_gap:
        return ngettext("%(days)d day", "%(days)d days", period.days) % {"days": period.days}
    return period.who if period.share == FULL else f"{period.who}, {percent(period.share / 100)}"


def _fitting(words: str, width: float) -> str:
    """The words if they fit, or the first name; else nothing: the list below says it all."""
    return next(
        (text for text in (words, words.split(" ")[0]) if len(text) * LETTER_WIDTH < width), ""
    )
