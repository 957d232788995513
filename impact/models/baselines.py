from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from impact.models.observations import Grade, Observation, observation_constraints
from impact.models.scope import OfReportedMetric


class BaselineQuerySet(OfReportedMetric["Baseline"]):
    def supplied(self) -> Self:
        """Those that stand for the way things were; a hypothesis is only ever shown as a what-if."""
        return self.exclude(method=Baseline.Method.HYPOTHESIS)

    def accepted(self) -> Self:
        """Those measured before, for which nobody has to vouch, and those that the project lead agreed to."""
        return self.supplied().filter(
            Q(method=Baseline.Method.MEASURED) | Q(agreed_on__isnull=False)
        )


class Baseline(tracking.Versioned, Observation):
    """What the same work gave before, by hand: a record, never a bare number; what it took is part of it.

    The project lead agrees to it as a sentence; a change afterwards takes the agreement away, and says why.
    """

    class Method(models.TextChoices):
        MEASURED = "measured", _("measured before")
        RECONSTRUCTED = "reconstructed", _("reconstructed afterwards")
        DECLARED = "declared", _("declared")
        HYPOTHESIS = "hypothesis", _("hypothesis, not supplied")

    method = models.CharField(_("method"), max_length=15, choices=Method)
    team = models.PositiveSmallIntegerField(
        _("people who did the work"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
    )
    hours = models.DecimalField(
        _("hours of work, in all"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(10**6))],
        help_text=_("Over the whole window, of everybody together."),
    )
    cost = models.DecimalField(
        _("cost, in euros, in all"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(10**9))],
        help_text=_("Over the whole window: what the organisation paid for this work."),
    )
    agreed_by = models.ForeignKey(
        "crm.User",
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("agreed by"),
    )
    agreed_on = models.DateField(_("agreed"), null=True, editable=False)
    doubt = models.TextField(
        _("what the lead questions"), max_length=1_000, blank=True, editable=False
    )
    amended_on = models.DateField(_("changed after it was agreed"), null=True, editable=False)
    amended_why = models.TextField(
        _("changed because"), max_length=1_000, blank=True, editable=False
    )

    objects = BaselineQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        constraints = [
            *observation_constraints("baseline"),
            models.UniqueConstraint(
                fields=["metric"],
                condition=~Q(method="hypothesis"),
                name="baseline_once_a_metric",
                violation_error_message=_("This metric has its baseline already."),
            ),
            models.CheckConstraint(
                name="baseline_agreed_by_somebody_on_a_day",
                condition=Q(agreed_by=None, agreed_on=None)
                | (
                    Q(agreed_by__isnull=False, agreed_on__isnull=False, doubt="")
                    & ~Q(method="hypothesis")
                ),
            ),
            models.CheckConstraint(
                name="baseline_amended_on_a_day_and_why",
                condition=Q(amended_on=None, amended_why="")
                | (Q(amended_on__isnull=False) & ~Q(amended_why="")),
            ),
        ]

    def __str__(self):
        return f"{self.metric}, {self.get_method_display()}"

    @property
    def strength(self) -> Grade:
        """The grade that a comparison may claim: a baseline that was not measured before stays “declared” for good."""
        return Grade(self.grade) if self.method == self.Method.MEASURED else Grade.DECLARED

    @property
    def hours_per_result(self) -> Decimal | None:
        return self.hours / self.count if self.hours is not None and self.count else None

    @property
    def cost_per_result(self) -> Decimal | None:
        return self.cost / self.count if self.cost is not None and self.count else None
