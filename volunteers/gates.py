"""What the lent team demands of an engagement before a stage, and who of it works there today."""

from django.utils.translation import gettext as _

from engagements.stages import Stage, gate
from engagements.team import away
from volunteers.models import Assignment


@gate(Stage.BUILD, "confirmed-assignment")
def has_confirmed_assignment(engagement, today):
    """Somebody of the lent team is confirmed, now or to come."""
    if not Assignment.objects.filter(engagement=engagement, ends_on__gte=today).confirmed().exists():
        return _("Confirm at least one volunteer first.")
    return None


@away
def has_no_mission_today(user, engagement, today):
    """Their missions there are over, or are still to begin or to be confirmed."""
    missions = Assignment.objects.of(user).filter(engagement=engagement)
    return missions.exists() and not missions.confirmed().on(today).exists()
