"""What the engagement itself demands before a stage; volunteers and impact add their own."""

from django.utils.translation import gettext as _

from engagements.models import FULL_TIME
from engagements.stages import Stage, gate


@gate(Stage.DESIGN, "full-time-lead")
def has_full_time_lead(engagement, today):
    """A full-time project lead at the supported organisation, today."""
    if not engagement.leads.current(today).filter(share=FULL_TIME).exists():
        return _("Appoint a full-time project lead first.")
    return None


@gate(Stage.BUILD, "running-cost-ceiling")
def has_agreed_ceiling(engagement, today):
    """What the solution may cost a month, agreed with the supported organisation."""
    if engagement.running_cost_ceiling is None:
        return _("Agree a running-cost ceiling with the organisation first.")
    return None


@gate(Stage.LAUNCH, "accepted-milestone")
def has_accepted_milestone(engagement, today):
    if not engagement.milestones.filter(accepted_on__isnull=False).exists():
        return _("Have at least one milestone accepted first.")
    return None


@gate(Stage.LAUNCH, "address")
def has_address(engagement, today):
    if not engagement.solutions.exclude(url="").exists():
        return _("Write down the address of the solution first.")
    return None


@gate(Stage.HANDOVER, "costs-and-owners")
def has_costs_and_owners(engagement, today):
    """Running costs and owners have no ledger in Relais yet: somebody with the right vouches for them."""
    return _("Running costs and owners are not kept in Relais yet: say in a reason where they are written down.")


@gate(Stage.AUTONOMOUS, "drills-and-signatures")
def has_drills_and_signatures(engagement, today):
    """Drills and signatures are not kept in Relais yet: somebody with the right vouches for them."""
    return _("Drills and signatures are not kept in Relais yet: say in a reason where they are written down.")
