"""Where to-dos about an engagement stand on the first page."""

from crm.domain.todos import Place
from engagements.models import Engagement


def place_of(engagement: Engagement) -> Place:
    """The row of an engagement on the first page; with the organisation that it supports, which is read with it."""
    name = engagement.beneficiary.name
    return Place(
        f"engagement:{engagement.pk}", engagement.title, name, engagement.get_absolute_url()
    )
