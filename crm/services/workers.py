"""Which processes do the background work, by when they were last heard of."""

from datetime import datetime, timedelta

from crm.models import Worker


def be_seen(name: str, *, started_at: datetime, at: datetime) -> None:
    Worker.objects.update_or_create(
        name=name,
        defaults={"seen_at": at},
        create_defaults={"started_at": started_at, "seen_at": at},
    )


def leave(name: str) -> None:
    Worker.objects.filter(pk=name).delete()


def forget_gone_workers(*, at: datetime) -> int:
    """Delete those that were not heard of for a day, and say how many."""
    return Worker.objects.filter(seen_at__lt=at - timedelta(days=1)).delete()[0]
