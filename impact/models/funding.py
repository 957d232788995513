from datetime import date
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.roles import Role
from crm.models import User
from engagements.models import Engagement


class FundingQuerySet(models.QuerySet["Funding"]):
    def visible_to(self, user: User) -> Self:
        """A funder sees its own grants, never another funder's; those who run the engagement see all of them."""
        if user.is_administrator:
            return self.all()
        return self.filter(
            Q(funder__in=user.organisations_as(Role.FUNDER))
            | Q(engagement__in=Engagement.objects.run_by(user))
        )

    def readable(self, today: date) -> Self:
        """Those whose funder still reads about the engagement, or will once they begin."""
        return self.filter(Q(reads_until=None) | Q(reads_until__gte=today))

    def running(self, today: date) -> Self:
        """Those that have begun and are still read about: only on these does a funder act."""
        return self.readable(today).filter(starts_on__lte=today)


class Funding(models.Model):
    funder = models.ForeignKey(
        "crm.Organisation", models.PROTECT, related_name="fundings", verbose_name=_("funder")
    )
    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="fundings"
    )
    amount = models.DecimalField(
        _("amount, in euros"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(10**9))],
    )
    starts_on = models.DateField(_("from"))
    reads_until = models.DateField(
        _("reads the impact until"), null=True, blank=True, help_text=_("Empty: without end.")
    )

    objects = FundingQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("funding")
        verbose_name_plural = _("fundings")
        indexes = [models.Index(fields=["funder", "engagement"], name="funding_by_funder")]
        constraints = [
            models.CheckConstraint(
                name="funding_dates_in_order",
                condition=Q(reads_until=None) | Q(reads_until__gte=F("starts_on")),
                violation_error_message=_("The last day cannot come before the first."),
            )
        ]

    def __str__(self):
        return f"{self.funder}, {self.engagement}"
