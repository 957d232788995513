from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.formatting import day_text
from impact.models.indicators import PLAUSIBLE_DAYS, Indicator, Metric
from impact.models.scope import OfReportedMetric

MAX_VALUE = Decimal(10**11)


class TargetQuerySet(OfReportedMetric["Target"]):
    pass


class Target(tracking.Versioned):
    """What an engagement wants of a metric in one period: a number, or a share in per cent, reached at or above it.

    Of a metric that counts since the beginning, the whole count by the end of the period. The periods of a metric do
    not overlap. Once a period has begun, readers see the day and the reason of a change.
    """

    metric = models.ForeignKey(
        Metric, models.CASCADE, related_name="targets", verbose_name=_("metric")
    )
    window_start = models.DateField(_("from"), validators=PLAUSIBLE_DAYS)
    window_end = models.DateField(_("until"), validators=PLAUSIBLE_DAYS)
    value = models.DecimalField(
        _("to reach"),
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(MAX_VALUE)],
        help_text=_(
            "Reached at this number or above; where less is better, kept to below. Of a share, in per cent."
        ),
    )
    set_on = models.DateField(_("set"), editable=False)
    amended_on = models.DateField(_("changed after the period began"), null=True, editable=False)
    amended_why = models.TextField(
        _("changed because"), max_length=1_000, blank=True, editable=False
    )

    objects = TargetQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("target of a period")
        verbose_name_plural = _("targets by period")
        constraints = [
            models.CheckConstraint(
                name="target_window_in_order",
                condition=Q(window_end__gte=F("window_start")),
                violation_error_message=_("The window ends before it begins."),
            ),
            models.CheckConstraint(
                name="target_dates_are_plausible",
                condition=Q(window_start__gte="2000-01-01", window_end__lt="2100-01-01"),
                violation_error_message=_("Give a date between 2000 and 2099."),
            ),
            models.CheckConstraint(
                name="target_not_negative",
                condition=Q(value__gte=0, value__lte=MAX_VALUE),
                violation_error_message=_("A target is zero or more."),
            ),
            models.UniqueConstraint(
                fields=["metric", "window_start"],
                name="target_once_a_period",
                violation_error_message=_("This period has its target already."),
            ),
            models.CheckConstraint(
                name="target_amended_on_a_day_and_why",
                condition=Q(amended_on=None, amended_why="")
                | (Q(amended_on__isnull=False) & ~Q(amended_why="")),
            ),
        ]

    def __str__(self):
        return f"{self.metric}, {day_text(self.window_end)}"

    def clean(self):
        """A share is at most 100 per cent, and a count is a whole number."""
        if self.value is None:
            return
        kind = self.metric.indicator.kind
        if kind == Indicator.Kind.SHARE and self.value > 100:
            raise ValidationError({"value": _("A share cannot be more than 100 %.")})
        if kind == Indicator.Kind.COUNT and self.value != self.value.to_integral_value():
            raise ValidationError({"value": _("A count is a whole number.")})
