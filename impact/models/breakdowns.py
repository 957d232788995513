from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.models import Bilingual, User
from impact.models.measurements import Measurement
from impact.models.observations import MAX_COUNT
from impact.models.scope import recorded_by


class Dimension(models.TextChoices):
    """What a measurement is broken down by."""

    AGE = "age", _("age")
    GENDER = "gender", _("gender")
    TERRITORY = "territory", _("territory")
    SITUATION = "situation", _("situation")
    OTHER = "other", _("another criterion")


class BreakdownQuerySet(models.QuerySet["Breakdown"]):
    def visible_to(self, user: User) -> Self:
        """For those who record measurements alone: in a small group people are recognised.

        All others read what a summary lets through.
        """
        return self.filter(measurement__metric__engagement__in=recorded_by(user).values("pk"))


class Breakdown(Bilingual, models.Model):
    """How many of a measurement are in one group.

    Groups of one dimension have nobody in common; of those who are in none, the group is not known.
    """

    measurement = models.ForeignKey(
        Measurement, models.CASCADE, related_name="groups", verbose_name=_("figure")
    )
    dimension = models.CharField(_("criterion"), max_length=10, choices=Dimension)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    label_fr = models.CharField(_("group, in French"), max_length=80)
    label_en = models.CharField(_("group, in English"), max_length=80, blank=True)
    count = models.PositiveBigIntegerField(_("count"), validators=[MaxValueValidator(MAX_COUNT)])
    total = models.PositiveBigIntegerField(
        _("out of"), null=True, blank=True, validators=[MaxValueValidator(MAX_COUNT)]
    )

    objects = BreakdownQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("group of a figure")
        verbose_name_plural = _("groups of a figure")
        constraints = [
            models.UniqueConstraint(
                fields=["measurement", "dimension", "label_fr"], name="breakdown_group_once"
            ),
            models.CheckConstraint(
                name="breakdown_share_within_its_total",
                condition=Q(total=None) | Q(count__lte=F("total")),
                violation_error_message=_(
                    "A share cannot be more than 100 %%: the count is above the total."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.get_dimension_display()}, {self.label}"

    @property
    def label(self) -> str:
        return self.in_language("label")
