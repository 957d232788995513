from collections.abc import Collection
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.roles import Role
from crm.models import User
from engagements.models import Engagement
from volunteers.models.assignments import Assignment
from volunteers.models.volunteers import lent_by

FULL_DAY = 2


class WorkDayQuerySet(models.QuerySet["WorkDay"]):
    def visible_to(self, user: User) -> Self:
        """Those who work in the engagement, and the person; a company only the days that the lead has confirmed."""
        if user.is_administrator:
            return self.all()
        working = Engagement.objects.visible_to(user).values("pk")
        visible = Q(assignment__engagement__in=working) | Q(assignment__volunteer__user=user)
        if user.holds(Role.SPONSOR):
            confirmed = WorkDay.objects.lent_by(user.organisations_as(Role.SPONSOR)).filter(
                assignment__month_sheets__month=TruncMonth("day"),
                assignment__month_sheets__state__in=["confirmed", "locked"],
            )
            visible |= Q(pk__in=confirmed.values("pk"))
        return self.filter(visible)

    def lent_by(self, companies: Collection[int]) -> Self:
        """Those on which one of the companies, given by key, lent the person."""
        return self.filter(
            lent_by(
                companies,
                on=F("day"),
                person="assignment__volunteer",
                company="assignment__sponsor",
            )
        )

    def between(self, first: date, last: date) -> Self:
        return self.filter(day__gte=first, day__lte=last)


class WorkDay(models.Model):
    """Half-days worked on one day: whole numbers, because money and signatures hang from them."""

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="worked_days", verbose_name=_("assignment")
    )
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
    history = tracking.history()

    class Meta:
        verbose_name = _("worked day")
        verbose_name_plural = _("worked days")
        indexes = [
            # Covering on both databases: sums by assignment over a window, and by organisation over a year.
            models.Index(
                fields=["assignment", "day", "half_days"], name="worked_day_by_assignment"
            ),
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

    def __str__(self) -> str:
        return f"{self.assignment}, {self.day}"
