from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.formatting import day_text
from crm.models import User
from engagements.models import Engagement
from impact.models.observations import MAX_COUNT, Observation, observation_constraints
from impact.models.scope import OfReportedMetric

DEADWEIGHT = ("deadweight_asked", "deadweight_answered", "deadweight")


class MeasurementQuerySet(OfReportedMetric["Measurement"]):
    def visible_to(self, user: User) -> Self:
        """Those who work in the engagement see every state; anyone else only what is published."""
        working = Engagement.objects.visible_to(user).values("pk")
        published = Q(status=Measurement.Status.PUBLISHED)
        return super().visible_to(user).filter(published | Q(metric__engagement__in=working))

    def published(self) -> Self:
        return self.filter(status=Measurement.Status.PUBLISHED)

    def unpublished(self) -> Self:
        return self.exclude(status=Measurement.Status.PUBLISHED)

    def current(self) -> Self:
        """Those that are published and that no later published row corrects."""
        corrected = Measurement.objects.published().filter(
            corrects__isnull=False, corrects=OuterRef("pk")
        )
        return self.published().exclude(Exists(corrected))


class Measurement(tracking.Versioned, Observation):
    """What was observed of a metric in a window, approved by a second person.

    It is corrected by a new row, and never overwritten.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")

    status = models.CharField(
        _("state"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    approved_by = models.ForeignKey(
        "crm.User",
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("approved by"),
    )
    returned_why = models.TextField(
        _("sent back because"), max_length=1_000, blank=True, editable=False
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="correction",
        verbose_name=_("corrects"),
    )
    counts_in_total = models.BooleanField(
        _("counts in the total"),
        default=True,
        help_text=_(
            "Off for a figure shown beside the series, of another population or definition."
        ),
    )

    deadweight_asked = models.PositiveIntegerField(
        _("people asked whether it would have happened anyway"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_COUNT)],
    )
    deadweight_answered = models.PositiveIntegerField(
        _("who answered that"), null=True, blank=True, validators=[MaxValueValidator(MAX_COUNT)]
    )
    deadweight = models.PositiveIntegerField(
        _("who said: yes, anyway"), null=True, blank=True, validators=[MaxValueValidator(MAX_COUNT)]
    )

    objects = MeasurementQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        indexes = [
            models.Index(fields=["metric", "window_end", "id"], name="measurement_series"),
            models.Index(fields=["published_at", "id"], name="measurement_published"),
        ]
        constraints = [
            *observation_constraints("measurement"),
            models.CheckConstraint(
                name="measurement_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("author")),
                violation_error_message=_("You wrote this figure: somebody else approves it."),
            ),
            models.CheckConstraint(
                name="measurement_approver_as_its_state_says",
                condition=Q(status__in=["draft", "submitted"], approved_by=None)
                | Q(status="approved", approved_by__isnull=False)
                | Q(status="published"),
            ),
            models.CheckConstraint(
                name="measurement_deadweight_is_whole",
                condition=Q(deadweight_asked=None, deadweight_answered=None, deadweight=None)
                | Q(
                    **{f"{name}__isnull": False for name in ("count", *DEADWEIGHT)},
                    deadweight_asked__lte=F("count"),
                    deadweight_answered__lte=F("deadweight_asked"),
                    deadweight__lte=F("deadweight_answered"),
                ),
            ),
            models.CheckConstraint(
                name="measurement_published_at_a_moment",
                condition=Q(status="published", published_at__isnull=False)
                | (~Q(status="published") & Q(published_at=None)),
            ),
        ]

    def __str__(self):
        return f"{self.metric}, {day_text(self.window_end)}"

    def clean(self):
        """The same as the constraint: only people who have the result are asked what would have happened anyway."""
        super().clean()
        deadweight = {name: getattr(self, name) for name in DEADWEIGHT}
        if set(deadweight.values()) == {None}:
            return
        if self.count is None:
            raise ValidationError(
                {"deadweight_asked": _("Only of a count can it be asked what would have happened.")}
            )
        for name, value in deadweight.items():
            if value is None:
                words = _(
                    "Say how many people were asked, how many answered, and how many said yes."
                )
                raise ValidationError({name: words})
        if self.deadweight_asked > self.count:
            raise ValidationError(
                {"deadweight_asked": _("More people were asked than have the result.")}
            )
        if self.deadweight_answered > self.deadweight_asked:
            raise ValidationError(
                {"deadweight_answered": _("More people answered than were asked.")}
            )
        if self.deadweight > self.deadweight_answered:
            raise ValidationError({"deadweight": _("More people said yes than answered.")})
