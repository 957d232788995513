"""A small believable world, made through the services. Public facts are sourced; people, days and money are invented.

It stands above the four apps because it needs them all, and is none itself: it has no tables. Dates of what is
invented follow today, so that something always waits for the coordinator.
"""

from django.utils import translation

from crm import mail
from demo import (
    common,
    intake,
    invented,
    linkedout,
    portfolio,
    relay,
    reports,
    staffing,
    stories,
    thanks,
    valuation,
)
from demo.world import ACCOUNTS, PASSWORD, World


def build():
    with translation.override("fr"), mail.nothing_sent():
        world = World()
        linkedout.linkedout(world)
        stories.elix(world)
        stories.justice(world)
        staffing.staffing(world)
        invented.fictional_engagements(world)
        invented.another_member(world)
        common.people_in_common(world)
        intake.intake(world)
        relay.relay(world)
        valuation.valuation(world)
        thanks.thanks(world)
        portfolio.portfolio(world)
        reports.reports(world)


__all__ = ["ACCOUNTS", "PASSWORD", "build"]
