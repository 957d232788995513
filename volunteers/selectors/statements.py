"""The statement of a company for one host over a financial year: days that both sides confirmed, and their worth.

It is an estimation and a list of what the receipt (form 2041-MEC-SD) wants; the donor values, the host issues it.
A financial year runs from any day to any day. Days without a cost, or outside the signed agreement, are named beside
the total and never counted in it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.domain import formatting
from crm.domain.formatting import day_text, money
from crm.domain.in_words import euros_in_words
from crm.domain.roles import Role
from crm.models import Organisation, ReferenceFigure
from volunteers.domain.valuation import (
    CENT,
    DateRange,
    Estimation,
    estimate,
    is_in,
    joined,
    meeting,
    months_between,
    year_of,
)
from volunteers.models import FULL_DAY, FormerCompany, MonthSheet, Volunteer, WorkDay
from volunteers.selectors.companies import people_valued_by
from volunteers.selectors.estimations import agreed_of, costs_of, lent_days
from volunteers.selectors.legal_figures import caps_of, figures_on, unknown_year

FORM_KEY, THRESHOLD_KEY = "form-2041-mec", "gift-declaration-threshold"


class StatementScope(NamedTuple):
    """Which statement: of a company for one host, over a financial year from its first day to its last."""

    sponsor: Organisation
    host: Organisation
    window: DateRange


@dataclass(frozen=True)
class StatementLine:
    """A person's days. `counted` are the months locked by both sides; `waiting` those that are not, left out.

    `half_days` are all that both sides confirmed, `valued` those of them that have a cost and an agreement;
    `uncovered` and `outside` are the months in which some have not.
    """

    volunteer: Volunteer
    half_days: int
    valued: int
    counted: tuple[date, ...]
    waiting: tuple[date, ...]
    uncovered: tuple[date, ...]
    outside: tuple[date, ...]
    has_agreement: bool
    periods: tuple[tuple[date, date], ...]
    estimation: Estimation | None

    @property
    def unvalued(self):
        return self.half_days - self.valued

    @property
    def a_day(self):
        """Euros for each confirmed day that is valued; None where there is none."""
        if self.estimation is None or not self.valued:
            return None
        return (self.estimation.base * FULL_DAY / self.valued).quantize(CENT)


@dataclass(frozen=True)
class FormField:
    """A field of the form; `known` is empty where Relais does not know it, `is_hosts` where the host fills it in."""

    number: int
    what: str
    known: str
    is_hosts: bool = False


@dataclass(frozen=True)
class Statement:
    sponsor: Organisation
    host: Organisation
    first: date
    last: date
    lines: tuple[StatementLine, ...]
    unknown: str
    figures: dict[str, ReferenceFigure]

    @property
    def is_calendar_year(self):
        return (self.first, self.last) == year_of(self.last.year)

    @property
    def year(self):
        """The year in which it closes."""
        return self.last.year

    @property
    def called(self):
        """ "2026", or from the first day to the last."""
        return (
            str(self.year)
            if self.is_calendar_year
            else f"{day_text(self.first)} – {day_text(self.last)}"
        )

    @property
    def half_days(self):
        return sum(line.half_days for line in self.lines)

    @property
    def valued(self):
        """Half-days that the total is the worth of."""
        return sum(line.valued for line in self.lines)

    @property
    def unvalued(self):
        return self.half_days - self.valued

    @property
    def total(self):
        """The sum of what is written for each person, to the cent."""
        return sum((line.estimation.base for line in self.lines if line.estimation), Decimal(0))

    @property
    def is_to_declare(self):
        return THRESHOLD_KEY in self.figures and self.total > self.figures[THRESHOLD_KEY].value

    @property
    def form_version(self):
        """As printed on the form, "*03"; empty where no version is known."""
        return f"*{int(self.figures[FORM_KEY].value):02d}" if FORM_KEY in self.figures else ""


def pairs_of(user):
    """[(company, host)] of which the person may read a statement, by name: two statements."""
    people = people_valued_by(user).order_by("pk").select_related("member")
    mine = None if user.is_administrator else user.organisations_as(Role.SPONSOR)
    found = [pair for each in people for pair in _pairs(each)]
    once = FormerCompany.objects.filter(volunteer__in=[each.pk for each in people]).order_by("pk")
    found += [
        (each.sponsor, each.volunteer.member)
        for each in once.select_related("sponsor", "volunteer__member")
    ]
    pairs = {
        (one.pk, other.pk): (one, other) for one, other in found if mine is None or one.pk in mine
    }
    return sorted(
        pairs.values(),
        key=lambda pair: (*(each.sort_name for each in pair), *(each.pk for each in pair)),
    )


def _pairs(person):
    """Of the company that is written down, and of the one that lends them since a day that has come."""
    return [(person.sponsor, person.member), (person.company, person.member)]


def statement_of(sponsor, host, window, *, user, today):
    """Of the days from the first to the last of `window`; a month counts once none of its sheets waits."""
    first, last = window
    sheets = list(
        MonthSheet.objects.visible_to(user)
        .filter(MonthSheet.objects.lent_by([sponsor.pk]), assignment__volunteer__member=host)
        .filter(month__gte=first.replace(day=1), month__lte=last)
        .for_list()
    )
    by_person = defaultdict(list)
    for sheet in sheets:
        by_person[sheet.assignment.volunteer].append(sheet)
    people = sorted(by_person, key=lambda person: (person.user.sort_name, person.pk))
    costs, agreed = costs_of(people, user), agreed_of(people, [sponsor])
    years = range(first.year, last.year + 1)
    caps, days = caps_of(years), _days_of(sponsor, sheets, first, last)
    return Statement(
        sponsor=sponsor,
        host=host,
        first=first,
        last=last,
        lines=tuple(
            _line(
                person,
                by_person[person],
                [cost.valued() for cost in costs[person.pk] if cost.sponsor_id == sponsor.pk],
                agreed.get((person.pk, sponsor.pk)),
                caps,
                days,
                window,
            )
            for person in people
        ),
        unknown=" ".join(
            unknown_year(year)
            for year in sorted({sheet.month.year for sheet in sheets} - set(caps))
        ),
        figures=figures_on([FORM_KEY, THRESHOLD_KEY], today),
    )


def _days_of(sponsor, sheets, first, last):
    """{(assignment, month): [(day, half-days)]} of the company's own days, in one statement."""
    found = defaultdict(list)
    assignments = {sheet.assignment_id for sheet in sheets}
    rows = WorkDay.objects.lent_by([sponsor.pk]).filter(assignment__in=assignments)
    rows = rows.between(first, last)
    for assignment, day, half_days in rows.order_by("day", "pk").values_list(
        "assignment", "day", "half_days"
    ):
        found[assignment, day.replace(day=1)].append((day, half_days))
    return found


def _line(person, sheets, costs, agreed, caps, days, window):
    waiting = {sheet.month for sheet in sheets if not sheet.is_locked}
    counted = [sheet for sheet in sheets if sheet.month not in waiting]
    assignments = joined(
        period
        for sheet in counted
        for period in meeting(
            [(sheet.assignment.starts_on, sheet.assignment.ends_on)],
            [(sheet.month, sheet.last_day)],
        )
    )
    lent = meeting(lent_days(assignments, agreed), [window])
    paid = joined((cost.starts_on, cost.ends_on) for cost in costs)
    worked = [day for sheet in counted for day in days[sheet.assignment_id, sheet.month]]
    without_cost = {day for day, _half in worked if not is_in(day, paid)}
    outside = {day for day, _half in worked if not is_in(day, lent)} - without_cost
    is_known = all(month.year in caps for month in {day.replace(day=1) for day, _half in worked})
    return StatementLine(
        volunteer=person,
        half_days=sum(half for _day, half in worked),
        valued=sum(half for day, half in worked if day not in without_cost | outside)
        if is_known
        else 0,
        counted=tuple(sorted({sheet.month for sheet in counted})),
        waiting=tuple(sorted(waiting)),
        uncovered=_months(without_cost),
        outside=_months(outside),
        has_agreement=agreed is not None,
        periods=tuple(meeting(assignments, [window])),
        estimation=estimate(costs, caps, months_between(*window), lent)
        if is_known and meeting(paid, lent)
        else None,
    )


def _months(days):
    return tuple(sorted({day.replace(day=1) for day in days}))


def fields_of(statement):
    """[FormField] of form 2041-MEC-SD in its order: what Relais knows, what it does not, what the host fills in."""
    host, sponsor = statement.host, statement.sponsor
    periods = [period for line in statement.lines for period in line.periods]
    words = (
        {"first": day_text(min(periods)[0]), "last": day_text(max(last for _f, last in periods))}
        if periods
        else {}
    )
    total = money(statement.total) if statement.total else ""
    spelled = euros_in_words(statement.total, get_language()) if statement.total else ""
    in_all = (
        _("%(amount)s (%(words)s), payments left out") % {"amount": total, "words": spelled}
        if total
        else ""
    )
    return [
        FormField(1, _("Serial number of the receipt"), "", is_hosts=True),
        FormField(2, _("Organisation: name"), host.name),
        FormField(2, _("Organisation: SIREN or RNA"), host.siren or host.rna or ""),
        FormField(2, _("Organisation: number and street"), host.street),
        FormField(2, _("Organisation: postcode and town"), _town(host)),
        FormField(2, _("Organisation: purpose"), host.purpose),
        FormField(3, _("Organisation: box of its legal category"), _box(host)),
        FormField(4, _("Company: name"), sponsor.name),
        FormField(4, _("Company: legal form"), str(sponsor.legal_category or "")),
        FormField(4, _("Company: SIREN"), sponsor.siren or ""),
        FormField(4, _("Company: number and street"), sponsor.street),
        FormField(4, _("Company: postcode and town"), _town(sponsor)),
        FormField(5, _("Gifts in kind: total in figures (estimation)"), total),
        FormField(5, _("Gifts in kind: total in words"), spelled),
        FormField(5, _("Gifts in kind: description"), _description(statement)),
        FormField(6, _("Payments: amount and form"), "", is_hosts=True),
        FormField(7, _("Grand total in figures and in words"), in_all),
        FormField(7, _("Date or period"), _("%(first)s – %(last)s") % words if words else ""),
        FormField(7, _("Date and signature"), "", is_hosts=True),
    ]


def _description(statement):
    """Who was lent for how many days, as the form wants it: exhaustive."""
    named = [
        _("%(person)s, %(days)s")
        % {"person": line.volunteer.user.on_paper, "days": formatting.days(line.valued)}
        for line in statement.lines
        if line.valued
    ]
    return (
        _("Skills sponsorship, staff lent: %(people)s") % {"people": " ; ".join(named)}
        if named
        else ""
    )


def _box(host):
    """The words of the form for the organisation's own form; empty where it does not say which box that is."""
    form = host.EssForm
    boxes = {
        form.ASSOCIATION: _("Body of general interest: association under the law of 1901"),
        form.RUP: _(
            "Body of general interest: association or foundation recognised as of public utility"
        ),
        form.ENDOWMENT: _("Endowment fund"),
    }
    return boxes.get(host.ess_form, "")


def _town(organisation):
    return " ".join(filter(None, [organisation.postal_code, organisation.city]))
