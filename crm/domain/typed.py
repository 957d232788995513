"""Numbers and days as people type them, in French and in English: parsed alike in forms, the API and imports.

Comma and point are decimal marks, spaces and apostrophes mark thousands. What can be read in two ways is refused and
never guessed: nobody notices a figure that is a thousand times too small.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.domain.text import normalise

MAX_CHARACTERS = 40
SHOWN = 40
MONEY, PERCENT, DAYS, MONTHS, HOURS = "money", "percent", "days", "months", "hours"
UNITS = {
    MONEY: ("€", "eur", "euro", "euros"),
    PERCENT: ("%", "pour cent", "per cent", "percent"),
    DAYS: ("j", "jour", "jours", "day", "days"),
    MONTHS: ("mois", "month", "months"),
    HOURS: ("h", "heure", "heures", "hour", "hours"),
}
UNIT_OF = {  # what may stand behind the number in a field of that name
    **dict.fromkeys(
        ["annual_budget", "budget_min", "budget_max", "running_budget", "running_min"], MONEY
    ),
    **dict.fromkeys(
        ["running_cost_ceiling", "unit_price", "amount", "cost", "remuneration", "charges"], MONEY
    ),
    **dict.fromkeys(["gifts", "turnover"], MONEY),
    **dict.fromkeys(["percent", "share"], PERCENT),
    **dict.fromkeys(["days", "days_a_week", "overlap_days"], DAYS),
    **dict.fromkeys(["exposure_months", "months"], MONTHS),
    **dict.fromkeys(["hours"], HOURS),
}
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u00ad"
SAME = str.maketrans(
    {
        **dict.fromkeys("\u2212\uff0d\ufe63\u2010\u2011\u2012\u2013", "-"),
        **dict.fromkeys("\uff0b\ufe62", "+"),
        **dict.fromkeys("\uff0c\u066b", ","),
        **dict.fromkeys("\uff0e", "."),
        **dict.fromkeys("\u2019\u02bc\uff07\u066c", "'"),
        **dict.fromkeys("\uff05\ufe6a\u066a", "%"),
    }
)
THOUSANDS = r"[1-9]\d{{0,2}}(?:{mark}\d{{3}})+"
SPACED, QUOTED, POINTED, COMMAED = (THOUSANDS.format(mark=mark) for mark in (" ", "'", r"\.", ","))
NUMBERS = (
    re.compile(rf"(?P<whole>\d+|{SPACED}|{QUOTED})(?:[.,](?P<part>\d+))?"),
    re.compile(r"(?P<whole>)[.,](?P<part>\d+)"),
    re.compile(rf"(?P<whole>{POINTED})(?:,(?P<part>\d+))?"),
    re.compile(rf"(?P<whole>{COMMAED})(?:\.(?P<part>\d+))?"),
)
TWO_WAYS = re.compile(r"(?P<whole>[1-9]\d{0,2})[.,](?P<part>\d{3})")


class Unreadable(ValueError):
    """What was typed is not taken; the message says why."""


class TwoWays(Unreadable):
    """Either of two numbers may be meant, one a thousand times the other."""

    def __init__(self, text, large, small, sentence):
        self.large, self.small = large, small
        super().__init__(sentence % {"typed": shown(text), "large": large, "small": written(small)})


def read_number(text, unit=None):
    """The number that somebody typed."""
    sign, digits = _bare(text, unit)
    if match := TWO_WAYS.fullmatch(digits):
        large, small = (
            f"{sign}{match['whole']}{match['part']}",
            Decimal(f"{sign}{match['whole']}.{match['part']}"),
        )
        raise TwoWays(
            text,
            large,
            small,
            _("“%(typed)s” can be read in two ways: write %(large)s or %(small)s."),
        )
    match = next((match for shape in NUMBERS if (match := shape.fullmatch(digits))), None)
    if not match or len(digits) > MAX_CHARACTERS:
        raise Unreadable(_("“%(typed)s” is no number.") % {"typed": shown(text)})
    whole, part = re.sub(r"\D", "", match["whole"]) or "0", (match["part"] or "").rstrip("0")
    # "-0" is no other number.
    return Decimal(f"{sign}{whole}.{part}" if part else f"{sign}{whole}") or Decimal(0)


def read_whole(text, unit=None):
    """The whole number that somebody typed; "85,0" is one."""
    try:
        value = read_number(text, unit)
    except TwoWays as error:
        if error.small == error.small.to_integral_value():
            raise
        sentence = _(
            "“%(typed)s” can be read in two ways: write %(large)s if that is what you mean."
        )
        raise TwoWays(text, error.large, error.small, sentence) from error
    except Unreadable:
        value = None
    if value is None or value != value.to_integral_value():
        raise Unreadable(_("“%(typed)s” is no whole number.") % {"typed": shown(text)})
    return int(value)


def written(value):
    """A number as it stands in a field to be changed: parsed again, it is the same number."""
    whole, _point, part = f"{value:f}".partition(".")
    part = part.rstrip("0")
    if not part:
        return whole
    part += "0" * (len(part) == 3)  # "1,234" could be read in two ways
    return f"{whole}{',' if get_language() != 'en' else '.'}{part}"


def _bare(text, unit):
    """("-" or "", digits and marks) without sign and unit; letters of other scripts' digits as ours."""
    text = str(text).strip().strip(UNSEEN).strip()
    text = " ".join("".join(_letter(letter) for letter in text).translate(SAME).split())
    folded = text.lower()
    for word in sorted(UNITS.get(unit, ()), key=len, reverse=True):
        if folded.endswith(word):
            text = text[: -len(word)].rstrip()
            break
        if word == "€" and folded.lstrip("+- ").startswith(word):
            text = text.replace(word, "", 1)
            break
    sign = text[:1] if text[:1] in ("-", "+") else ""
    return ("-" if sign == "-" else ""), text.removeprefix(sign).strip()


def _letter(letter):
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    return " " if letter.isspace() else letter


def shown(text):
    return str(text).strip()[:SHOWN]


NAMES = (
    ("janvier", "janv", "jan", "january"),
    ("fevrier", "fevr", "fev", "feb", "february"),
    ("mars", "mar", "march"),
    ("avril", "avr", "apr", "april"),
    ("mai", "may"),
    ("juin", "jun", "june"),
    ("juillet", "juil", "jul", "july"),
    ("aout", "aug", "august"),
    ("septembre", "sept", "sep", "september"),
    ("octobre", "oct", "october"),
    ("novembre", "nov", "november"),
    ("decembre", "dec", "december"),
)
MONTH_OF = {name: number for number, names in enumerate(NAMES, start=1) for name in names}
WEEKDAYS = (  # and how they are cut short; "mar." is a Tuesday as well as March
    "lundi",
    "lun",
    "mardi",
    "mar",
    "mercredi",
    "mer",
    "jeudi",
    "jeu",
    "vendredi",
    "ven",
    "samedi",
    "sam",
    "dimanche",
    "dim",
    "monday",
    "mon",
    "tuesday",
    "tues",
    "tue",
    "wednesday",
    "wed",
    "thursday",
    "thurs",
    "thur",
    "thu",
    "friday",
    "fri",
    "saturday",
    "sat",
    "sunday",
    "sun",
)
BEFORE = re.compile(rf"(?:le |the )?(?:(?:{'|'.join(WEEKDAYS)})[., ]+(?:le |the )?)?")
AROUND = re.compile(r" ?([-/]) ?")  # "1 / 3 / 2026"
MIDNIGHT = re.compile(r"[t ]+0?0[:h]00(?::00(?:\.0+)?)?(?:z|\+00:00)?$")
DAY_FIRST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})")
YEAR_FIRST = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?")
MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{4})")
DAY_NAMED = re.compile(
    r"(\d{1,2})(?:er|re|°|st|nd|rd|th)?[-/. ]+(?:of )?([a-z]+)[-/., ]+(\d{4}|\d{2})"
)
NAMED_DAY = re.compile(r"([a-z]+)[. ]+(\d{1,2})(?:er|st|nd|rd|th)?,? +(\d{4})")
# "May 26" is a day in English, and no month of 2026.
MONTH_NAMED = re.compile(r"([a-z]+)(?:[-/., ']+(\d{4})|\.?[-/'](\d{2}))")


def read_day(text):
    """The day that somebody typed: 31/03/2026, 2026-03-31, 1er mai 2026, 1/5/26."""
    first, last = _days(text) or (None, None)
    if first is None or first != last:
        words = _("“%(typed)s” is no date: write for example 31/03/2026 or 2026-03-31.")
        raise Unreadable(words % {"typed": shown(text)})
    return first


def read_days(text):
    """(first, last) day of what somebody typed: a day, or a whole month or year."""
    if span := _days(text):
        return span
    words = _(
        "“%(typed)s” is no date: write 31/03/2026, 2026-03-31, or a month as 2026-03 or March 2026."
    )
    raise Unreadable(words % {"typed": shown(text)})


def _days(text):
    text = "".join(_letter(letter) for letter in str(text).strip().strip(UNSEEN)).translate(SAME)
    if any(letter.isdigit() and not letter.isdecimal() for letter in text):
        return None  # "²024" is no year
    text = MIDNIGHT.sub("", " ".join(normalise(text).split()))
    text = AROUND.sub(r"\1", text)
    try:
        year, month, day = _parts(text) or _parts(text[BEFORE.match(text).end() :])
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except (ValueError, KeyError, TypeError):
        return None


def _parts(text):
    """(year, month or None, day or None), None if it has no such shape; a day stands before its month, as in French."""
    if match := YEAR_FIRST.fullmatch(text):
        year, _mark, month, day = match.groups()
        return int(year), month and int(month), day and int(day)
    if match := DAY_FIRST.fullmatch(text):
        day, _mark, month, year = match.groups()
        return _year(year), int(month), int(day)
    if match := MONTH_FIRST.fullmatch(text):
        return int(match[2]), int(match[1]), None
    if match := DAY_NAMED.fullmatch(text):
        return _year(match[3]), MONTH_OF[match[2]], int(match[1])
    if (match := NAMED_DAY.fullmatch(text)) and match[1] in MONTH_OF:
        return int(match[3]), MONTH_OF[match[1]], int(match[2])
    if match := MONTH_NAMED.fullmatch(text):
        return _year(match[2] or match[3]), MONTH_OF[match[1]], None
    return None


def _year(text):
    return int(text) + 2000 * (len(text) == 2)
