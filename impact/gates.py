"""What impact demands of an engagement before a stage, and what it holds."""

from django.utils.translation import ngettext

from crm.audit.reasons import because
from crm.selectors.holds import hold
from engagements.domain.stages import Stage, gate
from impact.models import Baseline, Funding


@gate(Stage.BUILD, "baseline", "impact:engagement-impact")
def has_baseline(engagement, today):
    """How the work went before, by hand: measured then, or described in a sentence that the lead agreed to."""
    baselines = Baseline.objects.filter(metric__engagement=engagement)
    if baselines.accepted().exists():
        return None
    if baselines.supplied().exists():
        return because("The baseline was not measured before: the project lead agrees to it first.")
    return because("Record a baseline first: how the work went before, by hand.")


@hold
def fundings_read_about(organisation, today):
    number = Funding.objects.readable(today).filter(funder=organisation).count()
    if not number:
        return None
    sentence = ngettext(
        "It reads about %(number)s engagement that it funds.",
        "It reads about %(number)s engagements that it funds.",
        number,
    )
    return sentence % {"number": number}
