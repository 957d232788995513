"""The statement of a company for one host over a financial year: days that both sides confirmed, and their worth.

It is an estimation and a list of what the receipt (form 2041-MEC-SD) wants; the donor values, the host issues it.
A financial year runs from any day to any day. Days without a cost, or outside the signed agreement, are named beside
the total and never counted in it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.domain import formatting
from crm.domain.formatting import day_text, money
from crm.domain.in_words import euros_in_words
from crm.domain.roles import Role
from crm.models import Organisation, ReferenceFigure, User
from volunteers.domain.valuation import (
    CENT,
    Cap,
    Cost,
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
from volunteers.selectors.estimations import Loan, agreed_of, costs_of, lent_days
from volunteers.selectors.legal_figures import caps_of, figures_on, unknown_year

FORM_KEY, THRESHOLD_KEY = "form-2041-mec", "gift-declaration-threshold"


# {(key of an assignment, first day of a month): [(day, half-days)]}
DaysByMonth: TypeAlias = dict[tuple[int, date], list[tuple[date, int]]]


@dataclass(frozen=True)
class _Basis:
    """What all lines of a statement are made from: its days, the ceilings by year and the days worked."""

    window: DateRange
    caps: Mapping[int, Cap]
    days: DaysByMonth


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
    def unvalued(self) -> int:
        return self.half_days - self.valued

    @property
    def a_day(self) -> Decimal | None:
        """Euros for each confirmed day that is valued; None where there is none."""
        if self.estimation is None or not self.valued:
            return None
        return (self.estimation.base * FULL_DAY / self.valued).quantize(CENT)


@dataclass(frozen=True)
class FormField:
    """A field of the form; `value` is empty where Relais does not know it, `is_hosts` where the host fills it in."""

    number: int
    what: str
    value: str
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
    def is_calendar_year(self) -> bool:
        return (self.first, self.last) == year_of(self.last.year)

    @property
    def year(self) -> int:
        """The year in which it closes."""
        return self.last.year

    @property
    def called(self) -> str:
        """ "2026", or from the first day to the last."""
        return (
            str(self.year)
            if self.is_calendar_year
            else f"{day_text(self.first)} – {day_text(self.last)}"
        )

    @property
    def half_days(self) -> int:
        return sum(line.half_days for line in self.lines)

    @property
    def valued(self) -> int:
        """Half-days that the total is the worth of."""
        return sum(line.valued for line in self.lines)

    @property
    def unvalued(self) -> int:
        return self.half_days - self.valued

    @property
    def total(self) -> Decimal:
        """The sum of what is written for each person, to the cent."""
        return sum((line.estimation.base for line in self.lines if line.estimation), Decimal(0))

    @property
    def is_to_declare(self) -> bool:
        return THRESHOLD_KEY in self.figures and self.total > self.figures[THRESHOLD_KEY].value

    @property
    def form_version(self) -> str:
        """As printed on the form, "*03"; empty where no version is known."""
        return f"*{int(self.figures[FORM_KEY].value):02d}" if FORM_KEY in self.figures else ""


def pairs_of(user: User) -> list[tuple[Organisation, Organisation]]:
    """(company, host) of each statement that the person may read, by name: two queries."""
    people = people_valued_by(user).order_by("pk").select_related("member")
    own = None if user.is_administrator else user.organisations_as(Role.SPONSOR)
    pairs = [pair for person in people for pair in _pairs(person)]
    former = FormerCompany.objects.filter(volunteer__in=[person.pk for person in people])
    pairs += [
        (row.sponsor, row.volunteer.member)
        for row in former.select_related("sponsor", "volunteer__member").order_by("pk")
    ]
    by_key = {
        (sponsor.pk, host.pk): (sponsor, host)
        for sponsor, host in pairs
        if own is None or sponsor.pk in own
    }
    return sorted(
        by_key.values(),
        key=lambda pair: (*(each.sort_name for each in pair), *(each.pk for each in pair)),
    )


def _pairs(person: Volunteer) -> list[tuple[Organisation, Organisation]]:
    """Of the company that is written down, and of the one that lends them since a day that has come."""
    return [(person.sponsor, person.member), (person.company, person.member)]


def statement_of(
    sponsor: Organisation, host: Organisation, window: DateRange, *, user: User, today: date
) -> Statement:
    """The statement of the days from the first to the last of `window`, as `user` may read it.

    A month counts once none of its sheets waits to be confirmed.
    """
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
    caps = caps_of(years)
    basis = _Basis(window, caps, _days_of(sponsor, sheets, first, last))
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
                agreed.get(Loan(person.pk, sponsor.pk)),
                basis,
            )
            for person in people
        ),
        unknown=" ".join(
            unknown_year(year)
            for year in sorted({sheet.month.year for sheet in sheets} - set(caps))
        ),
        figures=figures_on([FORM_KEY, THRESHOLD_KEY], today),
    )


def _days_of(
    sponsor: Organisation, sheets: Iterable[MonthSheet], first: date, last: date
) -> DaysByMonth:
    """The company's own days, in one query."""
    days: DaysByMonth = defaultdict(list)
    assignments = {sheet.assignment_id for sheet in sheets}
    rows = WorkDay.objects.lent_by([sponsor.pk]).filter(assignment__in=assignments)
    rows = rows.between(first, last)
    for assignment, day, half_days in rows.order_by("day", "pk").values_list(
        "assignment", "day", "half_days"
    ):
        days[assignment, day.replace(day=1)].append((day, half_days))
    return days


def _line(
    person: Volunteer,
    sheets: Collection[MonthSheet],
    costs: Collection[Cost],
    agreed: Collection[DateRange] | None,
    basis: _Basis,
) -> StatementLine:
    """One person's line: their month sheets, what they cost this company, and the days of its signed agreements."""
    window, caps = basis.window, basis.caps
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
    worked = [day for sheet in counted for day in basis.days[sheet.assignment_id, sheet.month]]
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


def _months(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted({day.replace(day=1) for day in days}))


def fields_of(statement: Statement) -> list[FormField]:
    """The fields of form 2041-MEC-SD in its order: what Relais knows, what it does not, what the host fills in."""
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


def _description(statement: Statement) -> str:
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


def _box(host: Organisation) -> str:
    """The words of the form for the organisation's own form; empty where it does not say which box that is."""
    form = host.EssForm
    boxes: dict[str, str] = {
        form.ASSOCIATION: _("Body of general interest: association under the law of 1901"),
        form.RUP: _(
            "Body of general interest: association or foundation recognised as of public utility"
        ),
        form.ENDOWMENT: _("Endowment fund"),
    }
    return boxes.get(host.ess_form, "")


def _town(organisation: Organisation) -> str:
    return " ".join(filter(None, [organisation.postal_code, organisation.city]))
