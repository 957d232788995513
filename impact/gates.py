"""What impact demands of an engagement before a stage."""

from django.utils.translation import gettext as _

from engagements.stages import Stage, gate
from impact.models import Baseline


@gate(Stage.BUILD, "baseline")
def has_baseline(engagement, today):
    """How the work went before, by hand: measured, reconstructed or declared, but written down."""
    if not Baseline.objects.filter(metric__engagement=engagement).supplied().exists():
        return _("Record a baseline first: how the work went before, by hand.")
    return None
