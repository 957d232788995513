from django.utils.translation import gettext as _

from crm.domain.refusals import Refused
from engagements.models import Engagement


def lock(engagement: Engagement) -> Engagement:
    """The engagement's row, held until the end of the transaction: rules across its rows are decided one at a time."""
    return Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)


def lock_running(engagement: Engagement) -> Engagement:
    """The same row, refused if the engagement is over."""
    engagement = lock(engagement)
    refuse_over(engagement)
    return engagement


def refuse_over(engagement: Engagement) -> None:
    """Once an engagement is over its plan stays; what is open in it may be finished or closed."""
    if not engagement.is_active:
        sentence = _(
            "This engagement is over: what is open may be finished or closed, and nothing else is planned."
        )
        raise Refused(sentence)
