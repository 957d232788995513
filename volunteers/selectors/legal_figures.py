"""The figures of law that an estimation needs, read from the dated reference figures of crm."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.domain.refusals import Refused
from crm.models import ReferenceFigure
from volunteers.domain.valuation import Cap, GiftRules

KEY_OF_RULE = {
    "rate": "gift-rate",
    "rate_above": "gift-rate-above",
    "threshold": "gift-rate-threshold",
    "ceiling_floor": "gift-ceiling-floor",
    "ceiling_turnover": "gift-ceiling-turnover",
    "carry_years": "gift-carry-forward",
}


def figures_on(keys, day):
    """{key: ReferenceFigure} of those in force on the day, in one statement."""
    rows = ReferenceFigure.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), key__in=keys, valid_from__lte=day
    )
    return {row.key: row for row in rows.order_by("valid_from")}


def caps_of(years):
    """{year: Cap} of the years whose figures are known, in one statement; a year without them is left out."""
    keys = ["pmss", "lent-employee-cap"]
    rows = list(ReferenceFigure.objects.filter(key__in=keys).order_by("valid_from"))
    caps = {}
    for year in years:
        last = date(year, 12, 31)
        held = {
            row.key: row.value
            for row in rows
            if row.valid_from <= last and (not row.valid_to or row.valid_to >= last)
        }
        if len(held) == len(keys):
            caps[year] = Cap(pmss=held["pmss"], multiple=held["lent-employee-cap"])
    return caps


def gift_rules_of(year):
    """The GiftRules of financial years closed at the end of this one; refused where one figure is missing."""
    held = figures_on(KEY_OF_RULE.values(), date(year, 12, 31))
    if missing := sorted(set(KEY_OF_RULE.values()) - set(held)):
        words = _("No reference figure for %(year)s: %(keys)s. Nothing is estimated without it.")
        raise Refused(words % {"year": year, "keys": ", ".join(missing)})
    return GiftRules(**{name: held[key].value for name, key in KEY_OF_RULE.items()})


def unknown_year(year):
    """Why nothing is estimated for a year whose ceiling is not known, in words."""
    return _(
        "The social security ceiling of %(year)s is not known here: nothing is estimated without it."
    ) % {"year": year}
