"""What impact demands of an engagement before a stage."""

from django.utils.translation import gettext as _

from engagements.stages import Stage, gate
from impact.models import Baseline


@gate(Stage.BUILD, "baseline")
def has_baseline(engagement, today):
    """How the work went before, by hand: measured, or else told in a sentence that the lead agreed to."""
    baselines = Baseline.objects.filter(metric__engagement=engagement)
    if baselines.standing().exists():
        return None
    if baselines.supplied().exists():
        return _("The baseline was not measured before: the project lead agrees to it first.")
    return _("Record a baseline first: how the work went before, by hand.")
