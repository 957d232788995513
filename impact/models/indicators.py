from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.formatting import plural_of
from crm.models import Bilingual, BilingualQuerySet
from crm.text import NormalisedField, SearchableQuerySet
from impact.models.scope import OfReportedEngagement

PLAUSIBLE_DATE = _("Give a date between 2000 and 2099.")
PLAUSIBLE_DAYS = [
    MinValueValidator(date(2000, 1, 1), PLAUSIBLE_DATE),
    MaxValueValidator(date(2099, 12, 31), PLAUSIBLE_DATE),
]


UNIT_OF_ONE = _("Where it is written otherwise: “1 person”, “2 people”.")


class Units(NamedTuple):
    """A unit beside a number: of one, and of several."""

    one: str
    many: str

    def of(self, value: Decimal | int) -> str:
        """As it stands behind the number in the reader's language: « 0,5 heure », "0.5 hours"."""
        return self.one if plural_of(abs(value)) < 2 else self.many


# The plug-in gives each queryset an `as_manager` of its own, which two parents cannot share.
class IndicatorQuerySet(  # type: ignore[override]
    BilingualQuerySet["Indicator"], SearchableQuerySet["Indicator"]
):
    pass


class Indicator(Bilingual, tracking.Versioned):
    """What is measured, in a definition that holds for every engagement that follows it."""

    class Kind(models.TextChoices):
        COUNT = "count", _("count")
        SHARE = "share", _("share")
        AMOUNT = "amount", _("amount")

    class Aggregation(models.TextChoices):
        ADDITIVE = "additive", _("adds up")
        UNIQUE = "unique", _("unique people: adds up to a range")
        NEVER = "never", _("is never added")

    class Wanted(models.TextChoices):
        MORE = "more", _("more is better")
        LESS = "less", _("less is better")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    unit_fr = models.CharField(_("unit in French"), max_length=60)
    unit_en = models.CharField(_("unit in English"), max_length=60)
    unit_one_fr = models.CharField(
        _("unit of a single one, in French"), max_length=60, blank=True, help_text=UNIT_OF_ONE
    )
    unit_one_en = models.CharField(
        _("unit of a single one, in English"), max_length=60, blank=True, help_text=UNIT_OF_ONE
    )
    definition_fr = models.TextField(_("definition in French"), blank=True)
    definition_en = models.TextField(_("definition in English"), blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    aggregation = models.CharField(_("how it adds up"), max_length=10, choices=Aggregation)
    wanted = models.CharField(
        _("what is wanted"),
        max_length=5,
        choices=Wanted,
        default=Wanted.MORE,
        help_text=_(
            "A target is to be reached where more is better, and not to be exceeded where less is."
        ),
    )
    sdg = models.ForeignKey(
        "crm.Sdg",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("Sustainable Development Goal"),
    )
    sdg_target = models.CharField(
        _("target of this goal"),
        max_length=5,
        blank=True,
        validators=[
            RegexValidator(r"^\d{1,2}\.[0-9a-z]{1,2}$", _("A target is written like 8.5 or 10.a."))
        ],
        help_text=_("For example 8.5."),
    )
    iris_code = models.CharField(
        _("IRIS+ code"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}\d{4}$", _("An IRIS+ code is written like PI3527."))],
    )
    how_fr = models.TextField(_("how to collect it, in French"), max_length=2_000, blank=True)
    how_en = models.TextField(_("how to collect it, in English"), max_length=2_000, blank=True)
    search = NormalisedField(
        sources=["name_fr", "name_en", "code", "iris_code", "definition_fr", "definition_en"]
    )

    sort_fr = NormalisedField(sources=["name_fr"])
    sort_en = NormalisedField(sources=["name_en"])

    objects = IndicatorQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.CheckConstraint(
                name="indicator_target_of_its_goal",
                condition=Q(sdg_target="")
                | Q(
                    sdg__isnull=False,
                    sdg_target__startswith=Concat(Cast("sdg", models.CharField()), Value(".")),
                ),
                violation_error_message=_("Choose the goal that this target belongs to."),
            )
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """The same as the constraint, with a message at the field."""
        goal = self.sdg_target.partition(".")[0]
        if self.sdg_target and goal != str(self.sdg_id):
            sentence = _("Target %(target)s is not one of this goal.") % {"target": self.sdg_target}
            raise ValidationError({"sdg_target": sentence})

    @property
    def name(self) -> str:
        return self.in_language("name")

    @property
    def unit(self) -> str:
        return self.in_language("unit")

    @property
    def units(self) -> Units:
        """Both forms of one language: where one of them is missing in English, neither falls back alone."""
        if self.unit == self.unit_en:
            return Units(self.unit_one_en or self.unit_en, self.unit_en)
        return Units(self.unit_one_fr or self.unit_fr, self.unit_fr)

    @property
    def definition(self) -> str:
        return self.in_language("definition")

    @property
    def how(self) -> str:
        return self.in_language("how")

    @property
    def less_is_better(self) -> bool:
        return self.wanted == self.Wanted.LESS


class MetricQuerySet(OfReportedEngagement["Metric"]):
    pass


class Metric(Bilingual, tracking.Versioned):
    """An indicator that an engagement follows."""

    class Reading(models.TextChoices):
        PERIODS = "periods", _("each figure counts its own period")
        CUMULATIVE = "cumulative", _("each figure counts since the beginning")

    class Every(models.IntegerChoices):
        """The months between two measurements."""

        NOT_PLANNED = 0, _("not planned")
        MONTH = 1, _("every month")
        QUARTER = 3, _("every quarter")
        HALF_YEAR = 6, _("every half-year")
        YEAR = 12, _("every year")

    engagement = models.ForeignKey("engagements.Engagement", models.CASCADE, related_name="metrics")
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="metrics", verbose_name=_("indicator")
    )
    reading = models.CharField(
        _("how to read the figures"), max_length=10, choices=Reading, default=Reading.PERIODS
    )
    target = models.PositiveBigIntegerField(
        _("target"), null=True, blank=True, validators=[MaxValueValidator(10**9)]
    )
    target_on = models.DateField(_("to be reached by"), null=True, blank=True)
    every = models.PositiveSmallIntegerField(
        _("how often a figure is expected"), choices=Every, default=Every.NOT_PLANNED
    )
    every_from = models.DateField(
        _("first period from"),
        null=True,
        blank=True,
        validators=PLAUSIBLE_DAYS,
        help_text=_(
            "Of this rhythm. Empty: from the day on which the engagement entered its stage."
        ),
    )
    caveat_fr = models.TextField(
        _("what to know before reading it, in French"),
        max_length=2_000,
        blank=True,
        help_text=_("Shown to funders."),
    )
    caveat_en = models.TextField(
        _("what to know before reading it, in English"), max_length=2_000, blank=True
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = MetricQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "indicator"],
                name="metric_once_an_engagement",
                violation_error_message=_("The engagement follows this indicator already."),
            ),
            models.CheckConstraint(
                name="metric_rhythm_begins_on_a_day",
                condition=Q(every=0, every_from=None)
                | Q(
                    every__in=[1, 3, 6, 12],
                    every_from__isnull=False,
                    every_from__gte="2000-01-01",
                    every_from__lt="2100-01-01",
                ),
                violation_error_message=_("Say how often a figure is expected, and from when."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator}, {self.engagement}"

    def clean(self):
        """Fix the day on which the rhythm begins, so that a later stage does not move it; no day without a rhythm."""
        if not self.every:
            self.every_from = None
        elif self.every_from is None:
            self.every_from = self.engagement.stage_entered_on

    @property
    def caveat(self) -> str:
        return self.in_language("caveat")
