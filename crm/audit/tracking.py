"""What a model needs to be tracked: its version, and the table of its history."""

from collections.abc import Sequence
from functools import cache
from typing import Any

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
    """simple-history makes a manager class each time that `.history` is read; here each is made once and kept.

    Every change of a tracked row reads `.history`.
    """

    @classmethod
    @cache
    def from_queryset(
        cls, queryset_class: type[models.QuerySet], class_name: str | None = None
    ) -> type[HistoryManager]:
        return super().from_queryset(queryset_class, class_name)


class _Records(HistoricalRecords):
    """No history row where only columns outside the history are saved and nobody signed: a log-in, a new hash.

    It would say that nothing changed, and make a form that somebody else has open stale.
    """

    def post_save(
        self, instance: models.Model, created: bool, using: str | None = None, **kwargs: Any
    ) -> None:
        columns = kwargs.get("update_fields")
        is_signed = hasattr(instance, "_change_reason")
        if created or is_signed or not columns or not set(columns) <= set(self.excluded_fields):
            super().post_save(instance, created, using=using, **kwargs)


def history(
    *, reason: ReasonField | None = None, excluded_fields: Sequence[str] = ()
) -> HistoricalRecords:
    """The history table of a model, without the columns named in `excluded_fields`, such as derived ones.

    `reason` is the column that holds why something was done, where it is not the usual one.
    """
    return _Records(
        history_manager=_ManagerOfHistory,
        history_change_reason_field=reason or ReasonField(null=True),
        excluded_fields=list(excluded_fields),
    )
