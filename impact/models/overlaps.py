from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.models import User
from engagements.models import Engagement
from engagements.models.engagements import EngagementQuerySet
from impact.models.indicators import Indicator, Metric
from impact.models.observations import MAX_COUNT
from impact.models.scope import reported_to


class OverlapQuerySet(models.QuerySet["Overlap"]):
    def visible_to(self, user: User) -> Self:
        """For those who read both engagements: the people in common tell something of each."""
        return self.between(reported_to(user))

    def between(self, engagements: EngagementQuerySet) -> Self:
        """Those whose two engagements are both among these."""
        ids = engagements.order_by().values("pk")
        return self.filter(first__engagement__in=ids, second__engagement__in=ids)

    def run_by(self, user: User) -> Self:
        return self.between(Engagement.objects.run_by(user))

    def for_list(self) -> Self:
        return self.select_related(
            "first__engagement", "first__indicator", "second__engagement"
        ).order_by("pk")


class Overlap(tracking.Versioned):
    """People counted by two engagements that follow the same indicator of unique people, and how that is known."""

    class Bound(models.TextChoices):
        EXACTLY = "exactly", _("exactly")
        AT_LEAST = "at-least", _("at least")

    first = models.ForeignKey(
        Metric, models.CASCADE, related_name="+", verbose_name=_("one engagement")
    )
    second = models.ForeignKey(
        Metric, models.CASCADE, related_name="+", verbose_name=_("the other one")
    )
    bound = models.CharField(_("how many"), max_length=10, choices=Bound, default=Bound.EXACTLY)
    people = models.PositiveBigIntegerField(
        _("people in common"), validators=[MaxValueValidator(MAX_COUNT)]
    )
    source = models.CharField(
        _("how it is known"),
        max_length=300,
        help_text=_(
            "Shown to those who read both engagements, funders among them: no name of a person."
        ),
    )
    author = models.ForeignKey(
        "crm.User", models.PROTECT, related_name="+", verbose_name=_("declared by")
    )
    recorded_on = models.DateField(_("declared"))

    objects = OverlapQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("declaration of people in common")
        verbose_name_plural = _("declarations of people in common")
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="overlap_once_a_pair",
                violation_error_message=_(
                    "The people in common of these two engagements are declared already."
                ),
            ),
            models.CheckConstraint(
                name="overlap_pair_in_order",
                condition=Q(first__lt=F("second")),
                violation_error_message=_("Choose two different engagements."),
            ),
            models.CheckConstraint(
                name="overlap_of_at_least_somebody",
                condition=Q(people__gt=0) | ~Q(bound="at-least"),
                violation_error_message=_(
                    "“At least nobody” says nothing: give a number, or choose “exactly”."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.first.indicator}, {self.first.engagement}, {self.second.engagement}"

    def clean(self):
        """What no constraint can check, since it depends on rows of other tables."""
        if self.first_id is None or self.second_id is None:
            return
        if self.first.indicator_id != self.second.indicator_id:
            raise ValidationError(
                {"second": _("The two engagements do not follow the same indicator.")}
            )
        if self.first.indicator.aggregation != Indicator.Aggregation.UNIQUE:
            raise ValidationError(
                {"first": _("People in common are declared of unique people alone.")}
            )

    @property
    def indicator(self) -> Indicator:
        return self.first.indicator

    @property
    def is_exact(self) -> bool:
        return self.bound == self.Bound.EXACTLY
