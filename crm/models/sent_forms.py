from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class SentFormQuerySet(models.QuerySet["SentForm"]):
    def over(self, before: datetime) -> Self:
        return self.filter(sent_at__lt=before)


class SentForm(models.Model):
    """A form that made something: sent again within a day, it shows what it made. It holds digests, and no words.

    `location` is empty while the first is being saved.
    """

    key = models.CharField(max_length=64, primary_key=True)
    said = models.CharField(max_length=64)
    location = models.CharField(max_length=1_000, blank=True)
    sent_at = models.DateTimeField(db_index=True)

    objects = SentFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("form that was sent")
        verbose_name_plural = _("forms that were sent")

    def __str__(self):
        return f"{self.location}, {self.sent_at:%Y-%m-%d %H:%M}"
