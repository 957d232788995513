"""What the lent team demands of an engagement before a stage."""

from django.utils.translation import gettext as _

from engagements.stages import Stage, gate
from volunteers.models import Assignment


@gate(Stage.BUILD, "confirmed-assignment")
def has_confirmed_assignment(engagement, today):
    """Somebody of the lent team is confirmed, now or to come."""
    if not Assignment.objects.filter(engagement=engagement, ends_on__gte=today).confirmed().exists():
        return _("Confirm at least one volunteer first.")
    return None
