from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models.people import User


class SnoozeQuerySet(models.QuerySet["Snooze"]):
    def visible_to(self, user: User) -> Self:
        """What I put off is nobody else's matter."""
        return self.filter(user=user)

    def live(self, today: date) -> Self:
        return self.filter(until__gt=today)

    def for_list(self) -> Self:
        return self.order_by("until", "pk")


class Snooze(models.Model):
    """One thing that one person does not want to see among what needs them until a day; a mark without history."""

    MAX_DAYS = 60

    user = models.ForeignKey("crm.User", models.CASCADE, related_name="snoozes", editable=False)
    key = models.CharField(_("what"), max_length=100)
    title = models.CharField(_("title"), max_length=300)
    until = models.DateField(_("until"))
    made_at = models.DateTimeField(editable=False)

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thing put off")
        verbose_name_plural = _("things put off")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="snooze_once")]

    def __str__(self):
        return self.title
