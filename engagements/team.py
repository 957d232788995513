"""Who works in an engagement today: engagements know the team, the apps above know how long a mission lasts."""

from engagements.models import TeamMember

_away = []


def away(function):
    """Register what tells of (user, engagement, today) that the person's time in the engagement is not now."""
    _away.append(function)
    return function


def works_in(user, engagement, today):
    """Whether a lent person is there on that day, first and last day included.

    Reading outlives a mission (`visible_to` asks who is or was on the team); writing does not.
    """
    if not TeamMember.objects.filter(engagement=engagement, user=user).exists():
        return False
    return not any(is_away(user, engagement, today) for is_away in _away)
