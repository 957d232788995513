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
from volunteers.domain import valuation
from volunteers.models.volunteers import Volunteer

MAX_EUROS = Decimal(10_000_000)


def _euros_field(label, **kwargs):
    return models.DecimalField(
        label,
        max_digits=10,
        decimal_places=2,
        validators=[
            MinValueValidator(Decimal(0), _("An amount cannot be below zero.")),
            MaxValueValidator(MAX_EUROS, _("This is more than anybody costs.")),
        ],
        **kwargs,
    )


class EmployerCostQuerySet(models.QuerySet["EmployerCost"]):
    def visible_to(self, user: User) -> Self:
        """The company that pays, and nobody else: neither the host nor the person."""
        if user.is_administrator:
            return self.all()
        return self.filter(sponsor__in=user.organisations_as(Role.SPONSOR))

    def between(self, first: date, last: date) -> Self:
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def for_list(self) -> Self:
        return self.select_related("volunteer__user", "sponsor").order_by("-starts_on", "pk")


class EmployerCost(tracking.Versioned):
    """What a person costs the company that lends them, over a period. The donor's own figures: only the donor's."""

    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="+", verbose_name=_("person lent")
    )
    sponsor = models.ForeignKey(
        "crm.Organisation",
        models.PROTECT,
        related_name="+",
        verbose_name=_("sponsor company"),
        editable=False,
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    remuneration = _euros_field(
        _("gross remuneration, in euros a year"), help_text=_("For the whole post.")
    )
    charges = _euros_field(
        _("employer's social charges, in euros a year"),
        help_text=_("Those that go with it, for the whole post."),
    )
    share = models.DecimalField(
        _("share of time lent, in per cent"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(100),
        validators=[
            MinValueValidator(Decimal("0.01"), _("A share between 0 and 100 per cent.")),
            MaxValueValidator(Decimal(100), _("A share between 0 and 100 per cent.")),
        ],
    )

    objects = EmployerCostQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("employer's cost")
        verbose_name_plural = _("employer's costs")
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "sponsor", "starts_on"],
                name="employer_cost_once_a_day_and_company",
                violation_error_message=_("A cost of this person starts on this day already."),
            ),
            models.CheckConstraint(
                name="employer_cost_dates_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day cannot come before the first."),
            ),
            models.CheckConstraint(
                name="employer_cost_dates_are_plausible",
                condition=Q(starts_on__gte="2000-01-01", ends_on__lt="2100-01-01"),
                violation_error_message=_("Give dates between 2000 and 2099."),
            ),
            models.CheckConstraint(
                name="employer_cost_is_plausible",
                condition=Q(
                    remuneration__gte=0,
                    remuneration__lte=MAX_EUROS,
                    charges__gte=0,
                    charges__lte=MAX_EUROS,
                    share__lte=100,
                )
                & Q(share__gt=0),
                violation_error_message=_(
                    "Amounts from zero, and a share between 0 and 100 per cent."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer}, {self.starts_on:%d/%m/%Y}"

    def valued(self) -> valuation.Cost:
        """The same, as the estimation takes it."""
        return valuation.Cost(
            self.starts_on, self.ends_on, self.remuneration, self.charges, self.share
        )
