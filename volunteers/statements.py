"""The yearly statement of a company for one host: days that both sides confirmed, and what they are worth.

It is an estimation and a list of what the receipt (form 2041-MEC-SD) wants; the donor values, the host issues it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from crm.models import Organisation, ReferenceFigure
from crm.templatetags.formats import day_text, money
from volunteers.estimations import costs_of
from volunteers.models import EmployerCost, MonthSheet, Volunteer
from volunteers.models.costs import people_valued_by
from volunteers.months import half_days_of
from volunteers.reference import caps_of, figures_on, unknown_year
from volunteers.valuation import Estimation, estimate, months_of

FORM, THRESHOLD = "form-2041-mec", "gift-declaration-threshold"


@dataclass(frozen=True)
class StatementLine:
    """A person's year. `counted` are the months locked by both sides; `waiting` those that are not, left out."""

    volunteer: Volunteer
    half_days: int
    counted: tuple[date, ...]
    waiting: tuple[date, ...]
    uncovered: tuple[date, ...]
    estimation: Estimation | None


@dataclass(frozen=True)
class FormField:
    """A field of the form; `known` is empty where Relais does not know it."""

    number: int
    what: str
    known: str


@dataclass(frozen=True)
class Statement:
    sponsor: Organisation
    host: Organisation
    year: int
    lines: tuple[StatementLine, ...]
    unknown: str
    figures: dict[str, ReferenceFigure]

    @property
    def half_days(self):
        return sum(line.half_days for line in self.lines)

    @property
    def total(self):
        """The sum of what is written for each person, to the cent."""
        return sum((line.estimation.base for line in self.lines if line.estimation), Decimal(0))

    @property
    def is_to_declare(self):
        return THRESHOLD in self.figures and self.total > self.figures[THRESHOLD].value

    @property
    def form_version(self):
        """As printed on the form, "*03"; empty where no version is known."""
        return f"*{int(self.figures[FORM].value):02d}" if FORM in self.figures else ""


def pairs_of(user):
    """[(company, host)] of which the person may read a statement, by name: one statement."""
    people = (
        people_valued_by(user)
        .order_by("sponsor__sort_name", "member__sort_name", "pk")
        .select_related("sponsor", "member")
    )
    return list({(each.sponsor_id, each.member_id): (each.sponsor, each.member) for each in people}.values())


def statement_of(sponsor, host, year, *, user, today):
    """Months that wait for somebody are named and not counted; a month counts once none of its sheets waits."""
    people = list(people_valued_by(user).filter(sponsor=sponsor, member=host))
    sheets = list(
        MonthSheet.objects.visible_to(user).filter(assignment__volunteer__in=people, month__year=year).for_list()
    )
    half_days = half_days_of(sheets)
    by_person = defaultdict(list)
    for sheet in sheets:
        by_person[sheet.assignment.volunteer_id].append(sheet)
    costs, caps = costs_of(people, user), caps_of([year])
    return Statement(
        sponsor=sponsor,
        host=host,
        year=year,
        lines=tuple(
            _line(person, by_person[person.pk], costs[person.pk], caps, half_days)
            for person in people
            if person.pk in by_person
        ),
        unknown="" if year in caps else unknown_year(year),
        figures=figures_on([FORM, THRESHOLD], today),
    )


def _line(person, sheets, costs: list[EmployerCost], caps, half_days):
    waiting = {sheet.month for sheet in sheets if not sheet.is_locked}
    counted = {sheet.month for sheet in sheets} - waiting
    valued = [cost.valued() for cost in costs]
    covered = {month for cost in valued for month in months_of(cost)}
    return StatementLine(
        volunteer=person,
        half_days=sum(half_days[sheet.pk] for sheet in sheets if sheet.month in counted),
        counted=tuple(sorted(counted)),
        waiting=tuple(sorted(waiting)),
        uncovered=tuple(sorted(counted - covered)),
        estimation=estimate(valued, caps, counted) if caps and counted & covered else None,
    )


def fields_of(statement):
    """[FormField] of form 2041-MEC-SD in its order: what Relais knows, and what it does not."""
    host, sponsor = statement.host, statement.sponsor
    counted = sorted(month for line in statement.lines for month in line.counted)
    last = MonthSheet(month=counted[-1]).last_day if counted else None
    period = f"{day_text(counted[0])} – {day_text(last)}" if counted else ""
    total = money(statement.total) if statement.total else ""
    return [
        FormField(1, _("Serial number of the receipt"), ""),
        FormField(2, _("Organisation: name"), host.name),
        FormField(2, _("Organisation: SIREN or RNA"), host.siren or host.rna or ""),
        FormField(2, _("Organisation: number and street"), ""),
        FormField(2, _("Organisation: postcode and town"), _town(host)),
        FormField(2, _("Organisation: purpose"), ""),
        FormField(3, _("Organisation: box of its legal category"), ""),
        FormField(4, _("Company: name"), sponsor.name),
        FormField(4, _("Company: legal form"), str(sponsor.legal_category or "")),
        FormField(4, _("Company: SIREN"), sponsor.siren or ""),
        FormField(4, _("Company: number and street"), ""),
        FormField(4, _("Company: postcode and town"), _town(sponsor)),
        FormField(5, _("Gifts in kind: total in figures (estimation)"), total),
        FormField(5, _("Gifts in kind: total in words"), ""),
        FormField(5, _("Gifts in kind: description"), _("the people and days listed here") if counted else ""),
        FormField(6, _("Payments: amount and form"), ""),
        FormField(7, _("Grand total in figures and in words"), ""),
        FormField(7, _("Date or period"), period),
        FormField(7, _("Date and signature"), ""),
    ]


def _town(organisation):
    return " ".join(filter(None, [organisation.postal_code, organisation.city]))
