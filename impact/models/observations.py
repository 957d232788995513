from decimal import Decimal
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.formatting import day_text, number
from crm.models import Bilingual, User
from engagements.models import Engagement
from impact.models.indicators import Metric
from impact.models.scope import OfReportedMetric

MAX_COUNT = 10**9
DEADWEIGHT = ("deadweight_asked", "deadweight_answered", "deadweight")


class Population(models.TextChoices):
    ALL = "all", _("everyone who started")
    COMPLETERS = "completers", _("only those who completed the course")
    UNKNOWN = "unknown", _("not published")


class Grade(models.TextChoices):
    DECLARED = "declared", _("declared")
    COUNTED = "counted", _("counted")
    SURVEYED = "surveyed", _("surveyed")
    VERIFIED = "verified", _("verified")


class Observation(Bilingual, models.Model):
    """A number with all that it takes to trust it: counts, window, exposure, population, source, grade.

    A count is `count` (over `exposure_months`); a share is `count` out of `total`, or only `percent` where
    the denominator was not published; an amount is `amount`. A survey says how many were `asked` and `answered`.
    """

    metric = models.ForeignKey(
        Metric, models.CASCADE, related_name="%(class)ss", verbose_name=_("metric")
    )
    count = models.PositiveBigIntegerField(
        _("count"), null=True, blank=True, validators=[MaxValueValidator(MAX_COUNT)]
    )
    total = models.PositiveBigIntegerField(
        _("out of"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_COUNT)],
    )
    percent = models.DecimalField(
        _("per cent, as published"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    amount = models.DecimalField(
        _("amount"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-(10**11))), MaxValueValidator(Decimal(10**11))],
    )
    window_start = models.DateField(_("from"))
    window_end = models.DateField(_("until"))
    exposure_months = models.DecimalField(
        _("months of observation"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(1200))],
    )
    population = models.CharField(
        _("population"), max_length=12, choices=Population, default=Population.ALL
    )
    note_fr = models.TextField(_("note in French"), max_length=2_000, blank=True)
    note_en = models.TextField(_("note in English"), max_length=2_000, blank=True)
    source = models.CharField(_("source"), max_length=300)
    grade = models.CharField(
        _("strength of evidence"), max_length=10, choices=Grade, default=Grade.DECLARED
    )
    asked = models.PositiveIntegerField(
        _("people asked"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_COUNT)],
    )
    answered = models.PositiveIntegerField(
        _("people who answered"), null=True, blank=True, validators=[MaxValueValidator(MAX_COUNT)]
    )
    author = models.ForeignKey(
        "crm.User", models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_on = models.DateField(_("recorded"))

    class Meta:
        abstract = True

    def clean(self):
        """The same as the constraints, with each message at its field."""
        self._clean_value()
        self._clean_survey()

    def _clean_value(self):
        if self.count is not None and self.total is not None and self.count > self.total:
            raise ValidationError(
                {"count": _("A share cannot be more than 100 %: the count is above the total.")}
            )
        if self.window_start and self.window_end and self.window_end < self.window_start:
            raise ValidationError({"window_end": _("The window ends before it begins.")})

    def _clean_survey(self):
        """A share of a survey is among those who answered, and nothing else has an answer rate."""
        if self.grade != Grade.SURVEYED:
            if (self.asked, self.answered) != (None, None):
                words = _("Only a survey has an answer rate: choose “surveyed”, or leave it empty.")
                raise ValidationError({"grade": words})
            return
        for name in ("asked", "answered"):
            if getattr(self, name) is None:
                words = _(
                    "Of a survey, say how many people were asked and how many of them answered."
                )
                raise ValidationError({name: words})
        if self.answered > self.asked:
            raise ValidationError({"answered": _("More people answered than were asked.")})
        if self.total is not None and self.total > self.answered:
            raise ValidationError({"total": _("The share is among more people than answered.")})

    @property
    def note(self) -> str:
        return self.in_language("note")


def observation_constraints(prefix: str) -> list[models.CheckConstraint]:
    """The constraints that every kind of observation keeps."""
    return [
        models.CheckConstraint(
            name=f"{prefix}_window_in_order",
            condition=Q(window_end__gte=F("window_start")),
            violation_error_message=_("The window ends before it begins."),
        ),
        models.CheckConstraint(
            name=f"{prefix}_share_within_its_total",
            condition=Q(total=None) | Q(count__isnull=False, count__lte=F("total")),
            violation_error_message=_(
                "A share cannot be more than 100 %%: the count is above the total."
            ),
        ),
        models.CheckConstraint(
            name=f"{prefix}_answers_among_the_asked",
            condition=Q(asked=None, answered=None)
            | Q(
                grade="surveyed",
                asked__isnull=False,
                answered__isnull=False,
                answered__lte=F("asked"),
            ),
            violation_error_message=_(
                "Of a survey, say how many people were asked and how many of them answered."
            ),
        ),
        models.CheckConstraint(
            name=f"{prefix}_has_one_figure",
            condition=Q(count__isnull=False, amount=None, percent=None)
            | Q(count=None, amount__isnull=False, percent=None)
            | Q(count=None, amount=None, percent__isnull=False),
            violation_error_message=_(
                "Give one figure: a count, an amount or a published percentage."
            ),
        ),
    ]


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


class ClaimQuerySet(OfReportedMetric["Claim"]):
    pass


class Claim(Bilingual, models.Model):
    """A multiplier that somebody stated in public, with what is missing to recompute it."""

    class Kind(models.TextChoices):
        VOLUME = "volume", _("volume")
        PER_TIME = "per-time", _("per time")
        PER_PERSON = "per-person", _("per person")
        COST = "cost", _("cost per result")

    metric = models.ForeignKey(Metric, models.CASCADE, related_name="claims")
    value = models.DecimalField(
        _("multiplier stated"),
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0))],
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    stated_on = models.DateField(_("stated"))
    statement_fr = models.TextField(_("words in French"))
    statement_en = models.TextField(_("words in English"), blank=True)
    source = models.CharField(_("source"), max_length=300)
    is_baseline_supplied = models.BooleanField(_("the baseline was supplied"), default=False)

    objects = ClaimQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self):
        return f"{number(self.value)}, {day_text(self.stated_on)}"

    @property
    def statement(self) -> str:
        return self.in_language("statement")
