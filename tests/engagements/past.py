"""What happened long ago: history rows, put on a day."""

from datetime import datetime, timedelta
from datetime import time as clock

from django.urls import reverse
from django.utils import timezone


def today():
    return timezone.localdate()


def long_ago():
    return today() - timedelta(days=40)


def at(day, hour=12):
    return timezone.make_aware(datetime.combine(day, clock(hour)))


def written(model, day, **of):
    """Put the history rows of a row on a day."""
    model.history.filter(**of).update(history_date=at(day))


def url(name, engagement):
    return reverse(f"engagements:{name}", args=[engagement.pk])
