from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.models import User


class LastReadingQuerySet(models.QuerySet["LastReading"]):
    def visible_to(self, user: User) -> Self:
        """The mark of this person alone: what they have read concerns nobody else."""
        return self.filter(user=user)


class LastReading(models.Model):
    """Up to which change a person has read: set by a button, never by looking. A mark without history.

    `upto` is the moment of the newest change that was on the page: what came while it was being read is still new.
    `before` is the mark before this one, until it is taken back.
    """

    user = models.OneToOneField(
        "crm.User", models.CASCADE, related_name="last_reading", editable=False
    )
    upto = models.DateTimeField()
    before = models.DateTimeField(null=True)

    objects = LastReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("last reading")
        verbose_name_plural = _("last readings")
        constraints = [
            models.CheckConstraint(
                name="last_reading_goes_forward", condition=Q(before=None) | Q(before__lt=F("upto"))
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.upto}"
