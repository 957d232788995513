"""One rule, one function, asked by pages, fragments, the API and the templates' flags."""

from crm.models import User
from engagements import permissions as engagement_permissions
from engagements.models import Engagement


def can_record(user: User, engagement: Engagement) -> bool:
    """Those who run the engagement record baselines, measurements and fundings, and publish them."""
    return engagement_permissions.can_run(user, engagement)
