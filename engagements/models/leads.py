from datetime import date, datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.formatting import day_text
from engagements.models.scope import OfEngagement

FULL_TIME = 100


class LeadAppointmentQuerySet(OfEngagement["LeadAppointment"]):
    def current(self, today: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)

    def with_named_at(self) -> Self:
        """When the appointment was written down, whatever its first day."""
        first = LeadAppointment.history.filter(id=OuterRef("pk")).order_by(
            "history_date", "history_id"
        )
        return self.annotate(named_at=Subquery(first.values("history_date")[:1]))

    def overlapping(self, starts_on: date, ends_on: date | None) -> Self:
        """Those with a day in common with the period; None means without end."""
        still_there = Q(ends_on=None) | Q(ends_on__gte=starts_on)
        return (
            self.filter(still_there)
            if ends_on is None
            else self.filter(still_there, starts_on__lte=ends_on)
        )


class LeadAppointment(models.Model):
    """Who leads at the supported organisation, from when to when. Days are inclusive.

    Two of one engagement never share a day, and nobody leads two full time: constraints of the database
    (an exclusion on PostgreSQL, triggers on SQLite; migration 0002) stand behind the service.
    """

    engagement = models.ForeignKey("engagements.Engagement", models.CASCADE, related_name="leads")
    contact = models.ForeignKey(
        "crm.Contact",
        models.PROTECT,
        related_name="lead_appointments",
        verbose_name=_("project lead"),
    )
    share = models.PositiveSmallIntegerField(
        _("share of time, %"),
        default=FULL_TIME,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("100 is full time, which the design stage asks for."),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    named_at: datetime | None  # what with_named_at() adds

    objects = LeadAppointmentQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("lead appointment")
        verbose_name_plural = _("lead appointments")
        indexes = [models.Index(fields=["engagement", "ends_on"], name="lead_engagement_end")]
        constraints = [
            models.CheckConstraint(
                name="lead_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day cannot come before the first."),
            ),
            models.CheckConstraint(
                name="lead_dates_are_plausible",
                condition=Q(starts_on__gte="2000-01-01", starts_on__lt="2100-01-01")
                & (Q(ends_on=None) | Q(ends_on__lt="2100-01-01")),
                violation_error_message=_("Give a date between 2000 and 2099."),
            ),
            models.CheckConstraint(
                name="lead_share_between_1_and_100",
                condition=Q(share__gte=1, share__lte=100),
                violation_error_message=_("The share of time is between 1 and 100 %%."),
            ),
            models.UniqueConstraint(
                fields=["engagement"],
                condition=Q(ends_on=None),
                name="lead_at_most_one_open",
                violation_error_message=_("Another lead is already appointed without an end date."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact}, {day_text(self.starts_on)}"
