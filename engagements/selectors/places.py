"""Where to-dos about an engagement stand on the first page."""

from crm.domain.todos import Place
from engagements.models import Engagement


def place_of(engagement: Engagement) -> Place:
    """The row of an engagement on the first page; with the organisation that it supports, unless it is called so."""
    title, beneficiary = engagement.title, engagement.beneficiary.name
    about = "" if beneficiary == title else beneficiary
    return Place(f"engagement:{engagement.pk}", title, about, engagement.get_absolute_url())
