from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class GivenAnswerQuerySet(models.QuerySet["GivenAnswer"]):
    def over(self, before: datetime) -> Self:
        return self.filter(given_at__lt=before)


class GivenAnswer(models.Model):
    """What the API answered to a POST that bore an Idempotency-Key: sent again within a day, it gets the same.

    `body` is empty where the answer holds a secret, which stands in the first one alone.
    """

    key = models.CharField(max_length=64, primary_key=True)
    said = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    given_at = models.DateTimeField(db_index=True)

    objects = GivenAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer of the API")
        verbose_name_plural = _("answers of the API")

    def __str__(self):
        return f"{self.status}, {self.given_at:%Y-%m-%d %H:%M}"
