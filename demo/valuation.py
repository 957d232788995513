"""What lent people cost their company: every figure is invented, about people who are ("(fictive)")."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

from django.utils import timezone

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import User
from demo.world import ACCOUNTS
from volunteers.domain.valuation import year_of
from volunteers.models import MonthSheet, Volunteer
from volunteers.selectors.statements import StatementScope, statement_of
from volunteers.services import costs, declarations
from volunteers.services.declarations import seal_of


def valuation(world):
    """One person under the ceiling, one above it; for the others nothing is entered yet."""
    contact = User.objects.get(email=ACCOUNTS[Role.SPONSOR])
    _cost(world, "Vera Simon (fictive)", Decimal(46_000), Decimal(19_500), Decimal(80), contact)
    _cost(
        world,
        "Nora Lambert (fictive)",
        Decimal(110_000),
        Decimal(52_000),
        Decimal(100),
        world.admin,
    )
    declared(contact)


def declared(contact):
    """The year of the first month that both sides signed, as declared; none where its ceiling is not known yet."""
    signed = MonthSheet.objects.filter(
        state=MonthSheet.State.LOCKED,
        assignment__sponsor__in=contact.organisations_as(Role.SPONSOR),
    )
    month = signed.select_related("assignment__sponsor", "assignment__volunteer__member").earliest(
        "month"
    )
    volunteer, today = month.assignment.volunteer, timezone.localdate()
    scope = StatementScope(month.assignment.sponsor, volunteer.member, year_of(month.month.year))
    seen = seal_of(statement_of(*scope, user=contact, today=today))
    with suppress(Refused):
        declarations.declare_statement(scope, seen=seen, by=contact, today=today)


def _cost(world, name, remuneration, charges, share, by):
    costs.enter_cost(
        Volunteer.objects.get(user__full_name=name),
        starts_on=date(world.today.year, 1, 1),
        ends_on=date(world.today.year, 12, 31),
        remuneration=remuneration,
        charges=charges,
        share=share,
        by=by,
    )
