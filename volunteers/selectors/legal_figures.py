"""The figures of law that an estimation needs, read from the dated reference figures of crm."""

from collections.abc import Iterable
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


def figures_on(keys: Iterable[str], day: date) -> dict[str, ReferenceFigure]:
    """{key: ReferenceFigure} of those in force on the day, in one query."""
    rows = ReferenceFigure.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), key__in=keys, valid_from__lte=day
    )
    return {row.key: row for row in rows.order_by("valid_from")}


def caps_of(years: Iterable[int]) -> dict[int, Cap]:
    """{year: Cap} of the years whose figures are known, in one query; a year without them is left out."""
    keys = ["pmss", "lent-employee-cap"]
    rows = list(ReferenceFigure.objects.filter(key__in=keys).order_by("valid_from"))
    caps = {}
    for year in years:
        last = date(year, 12, 31)
        values = {
            row.key: row.value
            for row in rows
            if row.valid_from <= last and (not row.valid_to or row.valid_to >= last)
        }
        if len(values) == len(keys):
            caps[year] = Cap(pmss=values["pmss"], multiple=values["lent-employee-cap"])
    return caps


def gift_rules_of(year: int) -> GiftRules:
    """The GiftRules of financial years closed at the end of this one; refused where one figure is missing."""
    figures = figures_on(KEY_OF_RULE.values(), date(year, 12, 31))
    if missing := sorted(set(KEY_OF_RULE.values()) - set(figures)):
        words = _("No reference figure for %(year)s: %(keys)s. Nothing is estimated without it.")
        raise Refused(words % {"year": year, "keys": ", ".join(missing)})
    values = {name: figures[key].value for name, key in KEY_OF_RULE.items()}
    return GiftRules(
        rate=values["rate"],
        rate_above=values["rate_above"],
        threshold=values["threshold"],
        ceiling_floor=values["ceiling_floor"],
        ceiling_turnover=values["ceiling_turnover"],
        carry_years=values["carry_years"],
    )


def unknown_year(year: int) -> str:
    """Why nothing is estimated for a year whose ceiling is not known, in words."""
    return _(
        "The social security ceiling of %(year)s is not known here: nothing is estimated without it."
    ) % {"year": year}
