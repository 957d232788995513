from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.models import Bilingual
from impact.models.indicators import Metric

MAX_COUNT = 10**9


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
