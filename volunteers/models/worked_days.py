from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm import audit
from volunteers.models.assignments import Assignment

FULL_DAY = 2


class WorkDayQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(assignment__in=Assignment.objects.visible_to(user))

    def between(self, first, last):
        return self.filter(day__gte=first, day__lte=last)


class WorkDay(models.Model):
    """Half-days worked on one day: whole numbers, because money and signatures hang from them."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="worked_days", verbose_name=_("assignment"))
    day = models.DateField(_("day"))
    half_days = models.PositiveSmallIntegerField(
        _("time worked"), choices=[(1, _("half a day")), (FULL_DAY, _("a day"))]
    )
    milestone = models.ForeignKey(
        "engagements.Milestone",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("milestone"),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = WorkDayQuerySet.as_manager()
    history = audit.history()

    class Meta:
        verbose_name = _("worked day")
        verbose_name_plural = _("worked days")
        indexes = [
            # Covering on both databases: sums by assignment over a window, and by organisation over a year.
            models.Index(fields=["assignment", "day", "half_days"], name="worked_day_by_assignment"),
            models.Index(fields=["day", "assignment", "half_days"], name="worked_day_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "day"],
                name="a_day_is_worked_once",
                violation_error_message=_("This day is logged already."),
            ),
            models.CheckConstraint(
                name="a_day_has_two_halves",
                condition=Q(half_days__in=[1, FULL_DAY]),
                violation_error_message=_("A day is worked by halves: half a day, or a day."),
            ),
        ]

    def __str__(self):
        return f"{self.assignment}, {self.day}"
