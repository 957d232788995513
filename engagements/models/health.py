"""The rules of health, levels set by hand, and pauses: days on which nothing is expected."""

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.formatting import day_text
from engagements.domain import health
from engagements.models.scope import OfEngagement

DEFAULTS = {rule.key: rule for rule in health.DEFAULTS}
KEYS = [
    ("vacant", _("No project lead")),
    ("vacant-long", _("No project lead for long")),
    ("late", _("A milestone is late")),
    ("late-long", _("A milestone is late for long")),
    ("blocked", _("A blocker is open")),
    ("blocked-long", _("A blocker is open for long")),
    ("silent", _("No news")),
]


class HealthRuleQuerySet(models.QuerySet["HealthRule"]):
    def as_set(self) -> list["HealthRule"]:
        """Every known rule, in one query: as it was set, or else as Relais comes, unsaved."""
        saved = self.in_bulk()
        return [saved.get(key) or self.model.by_default(key) for key in DEFAULTS]

    def in_force(self) -> list[health.Rule]:
        """The rules that are on, as the domain takes them."""
        return [row.rule for row in self.as_set() if row.is_on]


class HealthRule(tracking.Versioned):
    """How one rule was set; a rule without a row is as Relais comes."""

    key = models.CharField(_("rule"), max_length=20, primary_key=True, choices=KEYS, editable=False)
    days = models.PositiveSmallIntegerField(
        _("from how many days on"),
        validators=[MaxValueValidator(365)],
        help_text=_("0 fires at once."),
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("From 1 to 10. Weights add up: from 10 on, the engagement asks to act."),
    )
    is_on = models.BooleanField(_("in force"), default=True)

    objects = HealthRuleQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("health rule")
        verbose_name_plural = _("health rules")
        constraints = [
            models.CheckConstraint(
                name="health_rule_is_known",
                condition=Q(key__in=[*DEFAULTS]),
                violation_error_message=_("This rule does not exist."),
            ),
            models.CheckConstraint(
                name="health_rule_weight_and_days",
                condition=Q(weight__gte=1, weight__lte=10, days__gte=0, days__lte=365),
                violation_error_message=_(
                    "A weight is between 1 and 10, and the days between 0 and 365."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_key_display())

    @classmethod
    def by_default(cls, key: str) -> Self:
        return cls(key=key, days=DEFAULTS[key].days, weight=DEFAULTS[key].weight)

    @property
    def rule(self) -> health.Rule:
        default = DEFAULTS[self.key]
        return health.Rule(self.key, default.fact, self.days, self.weight, default.sentence)


class HealthOverrideQuerySet(OfEngagement["HealthOverride"]):
    def live(self, today: date) -> Self:
        return self.filter(ended_at=None, until__gte=today)

    def for_list(self) -> Self:
        return self.select_related("made_by", "engagement").order_by("-made_at", "-pk")


class HealthOverride(models.Model):
    """A level set by hand, with the reason; it ends by itself after a day, or is taken back before."""

    MAX_DAYS = 90

    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="overrides"
    )
    level = models.CharField(_("health"), max_length=10, choices=health.CHOICES)
    reason = models.TextField(_("reason"), max_length=500)
    until = models.DateField(_("until"))
    made_by = models.ForeignKey("crm.User", models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(editable=False)
    ended_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    objects = HealthOverrideQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("health set by hand")
        verbose_name_plural = _("healths set by hand")
        constraints = [
            models.UniqueConstraint(
                fields=["engagement"],
                condition=Q(ended_at=None),
                name="override_one_at_a_time",
                violation_error_message=_(
                    "The health is already set by hand: take that back first."
                ),
            ),
            models.CheckConstraint(
                name="override_level_is_known",
                condition=Q(level__in=[level.value for level in health.HealthLevel]),
                violation_error_message=_("This level does not exist."),
            ),
            models.CheckConstraint(
                name="override_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Write the reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {day_text(self.until)}"

    @property
    def version(self) -> int:
        """What a form gives back as read: a row is written once, and what is set later is another row."""
        return self.pk


class PauseQuerySet(OfEngagement["Pause"]):
    def on(self, day: date) -> Self:
        return self.overlapping(day, day)

    def overlapping(self, starts_on: date, ends_on: date | None) -> Self:
        """Those with a day in common with the period; None means without end."""
        still_there = Q(ends_on=None) | Q(ends_on__gte=starts_on)
        return (
            self.filter(still_there)
            if ends_on is None
            else self.filter(still_there, starts_on__lte=ends_on)
        )

    def for_list(self) -> Self:
        return self.select_related("engagement").order_by("-starts_on", "-pk")


class Pause(models.Model):
    """Days, both included, on which no news and no milestone is expected.

    Two of one engagement never share a day: an exclusion on PostgreSQL, triggers on SQLite (migration 0002).
    """

    engagement = models.ForeignKey("engagements.Engagement", models.CASCADE, related_name="pauses")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=500)

    objects = PauseQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        indexes = [models.Index(fields=["engagement", "ends_on"], name="pause_engagement_end")]
        constraints = [
            models.CheckConstraint(
                name="pause_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A pause cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="pause_dates_are_plausible",
                condition=Q(starts_on__gte="2000-01-01", starts_on__lt="2100-01-01")
                & (Q(ends_on=None) | Q(ends_on__lt="2100-01-01")),
                violation_error_message=_("Give a date between 2000 and 2099."),
            ),
            models.CheckConstraint(
                name="pause_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Write the reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{day_text(self.starts_on)} – {day_text(self.ends_on) or '…'}"
