"""What the lent people cost their company: every figure is invented, as the company's name says, "(fictive)"."""

from datetime import date
from decimal import Decimal

from crm.models import User
from crm.roles import Role
from impact.demo.world import ACCOUNTS
from volunteers import services as lending
from volunteers.models import Volunteer

INVENTED = [(Decimal(46_000), Decimal(19_500), Decimal(80)), (Decimal(110_000), Decimal(52_000), Decimal(100))]


def valuation(world):
    """One person under the ceiling, one above it; for the others nothing is entered yet."""
    contact = User.objects.get(email=ACCOUNTS[Role.SPONSOR])
    people = Volunteer.objects.filter(sponsor=world.sponsor).for_list()[: len(INVENTED)]
    for volunteer, (remuneration, charges, share) in zip(people, INVENTED, strict=True):
        lending.enter_cost(
            volunteer,
            starts_on=max(volunteer.available_from, date(world.today.year, 1, 1)),
            ends_on=date(world.today.year, 12, 31),
            remuneration=remuneration,
            charges=charges,
            share=share,
            by=contact,
        )
