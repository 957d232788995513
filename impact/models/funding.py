from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.roles import Role
from engagements.models import Engagement


class FundingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A funder sees its own grants, never another funder's; those who run the engagement see all of them."""
        if user.is_administrator:
            return self.all()
        return self.filter(
            Q(funder__in=user.organisations_as(Role.FUNDER))
            | Q(engagement__in=Engagement.objects.run_by(user))
        )

    def readable(self, today):
        return self.filter(Q(reads_until=None) | Q(reads_until__gte=today))

    def running(self, today):
        """Begun, and read about still: what a funder does in its name hangs on one of these."""
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
