from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.text import NormalisedField
from engagements.domain import running_costs
from engagements.models.scope import OfEngagement

WARN_BEFORE = timedelta(days=60)


class RunningCostQuerySet(OfEngagement["RunningCost"]):
    def borne(self) -> Self:
        """Those that the supported organisation pays itself: the ceiling is about these."""
        return self.filter(payer=RunningCost.Payer.BENEFICIARY)

    def ending_free(self, today: date) -> Self:
        """Those that are free of charge today and no longer will be within WARN_BEFORE."""
        return self.filter(free_until__gte=today, free_until__lte=today + WARN_BEFORE)

    def for_list(self) -> Self:
        return self.order_by("kind", "sort_label", "pk")


class RunningCost(tracking.Versioned):
    """What it costs to keep the solution running: a unit price, so many units, a month or a year."""

    class Kind(models.TextChoices):
        HOSTING = "hosting", _("hosting")
        LICENCE = "licence", _("licences and subscriptions")
        MAINTENANCE = "maintenance", _("maintenance days")
        DOMAIN = "domain", _("domain names")
        CREDITS = "credits", _("service now on free credits")
        OTHER = "other", _("other")

    class Period(models.TextChoices):
        MONTH = "month", _("a month")
        YEAR = "year", _("a year")

    class Payer(models.TextChoices):
        BENEFICIARY = "beneficiary", _("the supported organisation")
        MEMBER = "member", _("the Coalition member")
        OTHER = "other", _("somebody else")

    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="running_costs"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    label = models.CharField(_("what"), max_length=200)
    quantity = models.DecimalField(
        _("how many"),
        max_digits=7,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("3 for three days of maintenance a year, 1 for one server."),
    )
    unit_price = models.DecimalField(
        _("price of one, in euros"),
        max_digits=9,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1_000_000))],
    )
    period = models.CharField(_("billed by"), max_length=5, choices=Period, default=Period.MONTH)
    payer = models.CharField(_("paid by"), max_length=12, choices=Payer, default=Payer.BENEFICIARY)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    free_until = models.DateField(
        _("free until"),
        null=True,
        blank=True,
        help_text=_(
            "The last day covered by free credits or a gift; the price is due from the next day on."
        ),
    )
    sort_label = NormalisedField(sources=["label"])

    objects = RunningCostQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("running cost")
        verbose_name_plural = _("running costs")
        indexes = [
            models.Index(
                fields=["free_until", "id"],
                condition=Q(free_until__isnull=False),
                name="cost_free_until",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="cost_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day cannot come before the first."),
            ),
            models.CheckConstraint(
                name="cost_dates_are_plausible",
                condition=Q(starts_on__gte="2000-01-01", starts_on__lt="2100-01-01")
                & (Q(ends_on=None) | Q(ends_on__lt="2100-01-01"))
                & (
                    Q(free_until=None)
                    | Q(free_until__gte="2000-01-01", free_until__lt="2100-01-01")
                ),
                violation_error_message=_("Give a date between 2000 and 2099."),
            ),
            models.CheckConstraint(
                name="cost_free_credits_have_an_end",
                condition=~Q(kind="credits") | Q(free_until__isnull=False),
                violation_error_message=_("Say until when the credits are free."),
            ),
            models.CheckConstraint(
                name="cost_is_not_negative",
                condition=Q(unit_price__gte=0, quantity__gt=0),
                violation_error_message=_("A cost is not negative."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def price(self) -> Decimal:
        """Euros for one period."""
        return self.quantity * self.unit_price

    @property
    def line(self) -> running_costs.CostLine:
        monthly = self.price if self.period == self.Period.MONTH else self.price / 12
        return running_costs.CostLine(
            self.kind, monthly, self.starts_on, self.ends_on, self.free_until
        )
