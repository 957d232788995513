"""What lent people cost their company: every figure is invented, about people who are ("(fictive)")."""

from datetime import date
from decimal import Decimal

from crm.models import User
from crm.roles import Role
from impact.demo.world import ACCOUNTS
from volunteers import services as lending
from volunteers.models import Volunteer


def valuation(world):
    """One person under the ceiling, one above it; for the others nothing is entered yet."""
    contact = User.objects.get(email=ACCOUNTS[Role.SPONSOR])
    _cost(world, "Vera Simon (fictive)", Decimal(46_000), Decimal(19_500), Decimal(80), contact)
    _cost(world, "Nora Lambert (fictive)", Decimal(110_000), Decimal(52_000), Decimal(100), world.admin)


def _cost(world, name, remuneration, charges, share, by):
    lending.enter_cost(
        Volunteer.objects.get(user__full_name=name),
        starts_on=date(world.today.year, 1, 1),
        ends_on=date(world.today.year, 12, 31),
        remuneration=remuneration,
        charges=charges,
        share=share,
        by=by,
    )
