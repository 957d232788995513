"""What a model needs to be tracked: its version, and the table of its history."""

from functools import cache

from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from crm.audit.reasons import ReasonField


class Versioned(models.Model):
    """Counts its saves, so that a form opened before somebody else's save is noticed."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class _ManagerOfHistory(HistoryManager):
    """simple-history makes a class each time that `.history` is read, and every audit row reads it: here it is kept."""

    from_queryset = classmethod(cache(HistoryManager.from_queryset.__func__))


def history(*, reason=None, **options):
    """The history table of a model; derived columns stay out of what it shows, named in `excluded_fields`."""
    reason = reason or ReasonField(null=True)
    return HistoricalRecords(
        history_manager=_ManagerOfHistory, history_change_reason_field=reason, **options
    )
