from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import connection, models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class TryCountQuerySet(models.QuerySet["TryCount"]):
    def over(self, at: datetime) -> Self:
        return self.filter(ends_at__lte=at)

    def add_one(self, key: str, *, at: datetime, ends_at: datetime) -> int:
        """Count a try, and return how many the key has now. One query, so that no two processes read the same count."""
        now, end = (connection.ops.adapt_datetimefield_value(moment) for moment in (at, ends_at))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO crm_trycount (key, tries, ends_at) VALUES (%s, 1, %s) ON CONFLICT (key) DO UPDATE SET "
                "tries = CASE WHEN crm_trycount.ends_at <= %s THEN 1 ELSE crm_trycount.tries + 1 END, "
                "ends_at = CASE WHEN crm_trycount.ends_at <= %s THEN excluded.ends_at ELSE crm_trycount.ends_at END "
                "RETURNING tries",
                [key, end, now, now],
            )
            return cursor.fetchone()[0]

    def take_one_back(self, keys: Iterable[str], *, at: datetime) -> int:
        return self.filter(key__in=keys, tries__gt=0, ends_at__gt=at).update(tries=F("tries") - 1)


class TryCount(models.Model):
    """How often a secret was tried within a span of time. The key is a digest: it names nobody and no network."""

    key = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    objects = TryCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of tries")
        verbose_name_plural = _("counts of tries")

    def __str__(self):
        return f"{self.tries}, {self.ends_at:%Y-%m-%d %H:%M}"
