"""How days, numbers, money and intervals are written in French and in English."""

import math
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

NARROW = "\u202f"
NO_BREAK = "\u00a0"
MINUS = "\u2212"
SMALL = 0.1  # from here on up to 2, two decimals are written
MAX_PLACES = 12
LEAST_P, LARGE_P = (
    0.001,
    0.1,
)  # the smallest p that is written out, and from where two decimals suffice


def is_french():
    return get_language() != "en"


def written(value, places=None):
    """A number with its separators; `places` None keeps what is significant, at most two decimals."""
    value = Decimal(str(value))
    if places is None:
        places = (
            0
            if value == value.to_integral_value()
            else min(2, max(0, -value.normalize().as_tuple().exponent))
        )
    places = _honest(value, places, marks=(0,))
    with localcontext(
        prec=60, rounding=ROUND_HALF_UP
    ):  # as people round, not to the even neighbour
        text = f"{abs(value):,.{places}f}"
    sign = MINUS if value < 0 and text.strip("0.,") else ""  # what rounds to zero has no sign
    if is_french():
        text = text.replace(",", NARROW).replace(".", ",")
    return sign + text


def number(value, places=None):
    """1234.5 is "1 234,5" in French and "1,234.5" in English; an infinite one is "∞"."""
    if value is None:
        return ""
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    return written(value, None if places is None else int(places))


def times(value):
    """A multiplier: "× 16,6"."""
    return f"×{NO_BREAK}{number(value, _places(value))}"


def percent(value, places=0):
    """A share between 0 and 1 as "73 %" (French) or "73%" (English)."""
    value = Decimal(str(value)) * 100
    places = places if places is None else _honest(value, int(places), marks=(0, 100))
    return number(value, places) + (f"{NO_BREAK}%" if is_french() else "%")


def per_cent(value):
    """A value that is in per cent already: 55 is "55 %" (French) or "55%" (English)."""
    return percent(Decimal(str(value)) / 100, places=None)


def p_value(value):
    """The p value of a test with its sign: "p = 0,03", "p < 0,001"."""
    if value < LEAST_P:
        return f"p < {number(LEAST_P, 3)}"
    return f"p = {number(value, _honest(value, 2 if value >= LARGE_P else 3, marks=(0, 0.05, 1)))}"


def money(value):
    """Euros, without cents where there are none."""
    if value is None:
        return ""
    text = written(value, 0 if Decimal(str(value)) == int(value) else 2)
    return f"{text}{NO_BREAK}€" if is_french() else f"€{text}"


def plural_of(value):
    """The number that chooses the plural: in French it begins at two, in English with all that is not one."""
    return int(value) if is_french() else (1 if value == 1 else 2)


def days(half_days):
    """Half-days as days: 3 is "1,5 jour" in French, where the plural begins at two, and "1.5 days" in English."""
    value = Decimal(half_days or 0) / 2
    return ngettext("%(days)s day", "%(days)s days", plural_of(value)) % {"days": written(value)}


def days_a_week(value):
    """ "1 day a week", "2.5 days a week"; in French the plural begins at two."""
    return ngettext("%(days)s day a week", "%(days)s days a week", plural_of(value)) % {
        "days": written(value)
    }


def interval(low, high, scale=1):
    """A 95 % interval, never broken over two lines: "[8,8 ; 35,1]" in French, "[8.8; 35.1]" in English.

    Each bound has the decimals that it needs: beside 630, a bound of 0.96 is not 1.
    """
    low, high = (
        number(bound * scale, _places(bound * scale, marks=(0, scale))) for bound in (low, high)
    )
    return bracketed(low, high)


def share_interval(low, high):
    """The same for shares between 0 and 1, with their sign: "[60 ; 73] %"."""
    return interval(low, high, 100) + (f"{NO_BREAK}%" if is_french() else "%")


def bracketed(low, high):
    """An interval whose bounds are written already."""
    return f"[{low}{NO_BREAK if is_french() else ''};{NO_BREAK}{high}]"


def bounds(with_bounds, write="number"):
    """The interval of an object with `low` and `high`: numbers or, with "percent", shares; None is an open end."""
    form = {"number": number, "percent": percent}[write]
    low, high = (
        "" if bound is None else form(bound) for bound in (with_bounds.low, with_bounds.high)
    )
    return bracketed(low or "—", high or "∞")


def colon():
    """The colon of a line made of parts; a space before it in French, which never breaks."""
    return f"{NO_BREAK}:" if is_french() else ":"


def day(value):
    """A day in words, "lun. 24 nov.", with its year when it is another; the exact date in the title."""
    if not value:
        return ""
    value = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return _day(value, value.year == timezone.localdate().year, is_french())


@lru_cache(maxsize=4096)
def _day(value, same_year, in_french):
    """Cached: a list of fifty rows writes the same few days two hundred times."""
    if in_french:
        place = r"1\e\r" if value.day == 1 else "j"
        words = date_format(value, f"D. {place} N" if same_year else f"{place} N Y")
    else:
        words = date_format(value, "D j M" if same_year else "j M Y")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), day_text(value), words
    )


def day_text(value):
    """A day in plain text, for titles and attributes: "24 novembre 2026"."""
    if not value:
        return ""
    text = date_format(value, "j F Y")
    return f"1er{text[1:]}" if is_french() and value.day == 1 else text


def moment_text(value):
    """A day and the time of day, where the reader is."""
    local = timezone.localtime(value)
    return f"{day_text(local)}, {local:%H:%M}"


def day_month(value):
    """A day without its year: "1er mai"."""
    text = date_format(value, "j F")
    return f"1er{text[1:]}" if is_french() and value.day == 1 else text


def weekday_text(value):
    """A day with its day of the week and without its year: "vendredi 1er mai"."""
    return f"{date_format(value, 'l')} {day_month(value)}"


def full_day(value):
    """A day with its day of the week and its year: "vendredi 1er mai 2026"."""
    return f"{date_format(value, 'l')} {day_text(value)}"


def weekday_number(value, form="l"):
    """The day of the week and of the month: "mardi 1er"; `form` "D" cuts it short."""
    return f"{date_format(value, form)} {'1er' if is_french() and value.day == 1 else value.day}"


def week_span(monday):
    """A week by its first and last day: "23–29 nov.", "30 nov. – 6 déc."; with its year where it is another."""
    sunday = monday + timedelta(days=6)
    month = "N" if is_french() else "M"
    numbers = ["1er" if is_french() and day.day == 1 else str(day.day) for day in (monday, sunday)]
    end = date_format(sunday, month if sunday.year == timezone.localdate().year else f"{month} Y")
    if monday.month == sunday.month:
        return f"{numbers[0]}–{numbers[1]} {end}"
    return f"{numbers[0]} {date_format(monday, month)} – {numbers[1]} {end}"


def month_text(value):
    """ "mai 2026" """
    return date_format(value, "F Y")


def ago(value):
    """How many days back: "today", "yesterday", "12 days ago"."""
    back = (timezone.localdate() - value).days
    if back == 0:
        return _("today")
    if back == 1:
        return _("yesterday")
    if back < 0:
        return ngettext("in %(days)d day", "in %(days)d days", -back) % {"days": -back}
    return ngettext("%(days)d day ago", "%(days)d days ago", back) % {"days": back}


def late(day, today=None):
    """ "134 days late" for a day that has passed without what was planned for it; "" otherwise."""
    days = ((today or timezone.localdate()) - day).days if day else 0
    return (
        ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}
        if days > 0
        else ""
    )


def slip(value):
    """How far a date was moved since it was first planned: "+12 days", "−3 days", "not moved"."""
    if value is None:
        return ""
    if value == 0:
        return _("not moved")
    sign = "+" if value > 0 else MINUS
    return sign + ngettext("%(days)d day", "%(days)d days", abs(value)) % {"days": abs(value)}


def _places(value, marks=(0, 1)):
    """How many decimals a reader can use: none from 100 on, one from 2 on, two significant digits of what is small."""
    size = abs(float(value))
    if math.isinf(size) or size == int(size):
        return 0
    few = (
        0
        if size >= 100
        else 1
        if size >= 2
        else 2
        if size >= SMALL
        else 1 - math.floor(math.log10(size))
    )
    return _honest(value, few, marks)


def _honest(value, places, marks):
    """`places`, or as many more as keep a value from being rounded to one of the `marks` that it is only near to."""
    value = Decimal(str(value))
    with localcontext(prec=60, rounding=ROUND_HALF_UP):
        while places < MAX_PLACES and any(
            round(value, places) == round(Decimal(str(mark)), MAX_PLACES) != value for mark in marks
        ):
            places += 1
    return places
