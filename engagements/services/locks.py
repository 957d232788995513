from engagements.models import Engagement


def lock(engagement):
    """The engagement's row, held until the end of the transaction: rules across its rows are decided one at a time."""
    return Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
