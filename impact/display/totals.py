"""Totals over several engagements in words: how one adds up, and what of it was left out."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.domain.formatting import number
from impact.display.measurements import reason


def how_it_adds_up(line):
    """The rule of the indicator; of unique people, how sure their number is, and by which declarations.

    `line` is an IndicatorTotal.
    """
    if line.is_unique and line.overlaps:
        return _narrowed(line) % {
            "overlaps": line.overlaps,
            "low": number(line.widest.low),
            "high": number(line.widest.high),
        }
    if line.is_unique and not line.total.exact:
        return _(
            "from “all the same people” to “none in common”: nobody knows who was counted twice"
        )
    return line.indicator.get_aggregation_display()


def what_was_left_out(line):
    """Of the declarations of people in common, how many do not count, and why."""
    sentence = ngettext(
        "%(left)s declaration left out.", "%(left)s declarations left out.", line.set_aside
    )
    return f"{sentence % {'left': line.set_aside}} {reason(line.why)}"


def _narrowed(line):
    if line.total.exact:
        return ngettext(
            "unique people: %(overlaps)s declaration of people in common leaves no doubt "
            "(%(low)s to %(high)s without it)",
            "unique people: %(overlaps)s declarations of people in common leave no doubt "
            "(%(low)s to %(high)s without them)",
            line.overlaps,
        )
    return ngettext(
        "from “all the same people” to “none in common”, narrowed by %(overlaps)s declaration of people in common "
        "(%(low)s to %(high)s without it)",
        "from “all the same people” to “none in common”, narrowed by %(overlaps)s declarations of people in common "
        "(%(low)s to %(high)s without them)",
        line.overlaps,
    )
