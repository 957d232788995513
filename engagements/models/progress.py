from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from engagements.models.scope import OfEngagement


class ProgressLogQuerySet(OfEngagement["ProgressLog"]):
    def for_feed(self) -> Self:
        return self.select_related("author").order_by("-week", "-pk")


class ProgressLog(tracking.Versioned):
    """One person's week on one engagement: done, blocked, next; or "nothing this week"."""

    class Audience(models.TextChoices):
        TEAM = "team", _("the team")
        FUNDER = "funder", _("the team and the funders")

    engagement = models.ForeignKey("engagements.Engagement", models.CASCADE, related_name="logs")
    author = models.ForeignKey(
        "crm.User", models.PROTECT, related_name="logs", verbose_name=_("written by")
    )
    week = models.DateField(_("week of"), help_text=_("The Monday of the week."))
    done = models.TextField(_("done"), max_length=4_000, blank=True)
    blocked = models.TextField(_("blocked"), max_length=4_000, blank=True)
    next = models.TextField(_("next"), max_length=4_000, blank=True)
    is_nothing = models.BooleanField(_("nothing this week"), default=False)
    audience = models.CharField(
        _("who reads it"), max_length=10, choices=Audience, default=Audience.TEAM
    )
    written_at = models.DateTimeField(_("written"), editable=False)

    objects = ProgressLogQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("week log")
        verbose_name_plural = _("week logs")
        indexes = [models.Index(fields=["engagement", "-week", "-id"], name="log_feed")]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "author", "week"],
                name="log_once_a_week",
                violation_error_message=_("You have already logged this week: change that log."),
            ),
            models.CheckConstraint(
                name="log_week_begins_on_monday",
                condition=Q(week__iso_week_day=1),
                violation_error_message=_("A week begins on a Monday."),
            ),
            models.CheckConstraint(
                name="log_says_something_or_nothing",
                condition=Q(is_nothing=True, done="", blocked="", next="")
                | (Q(is_nothing=False) & ~Q(done="", blocked="", next="")),
                violation_error_message=_("Write a line, or choose “Nothing this week”."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author}, {self.week}"


class BlockerQuerySet(OfEngagement["Blocker"]):
    def open(self) -> Self:
        return self.filter(resolved_on=None)

    def for_list(self) -> Self:
        return self.select_related("owner", "opened_by").order_by("opened_on", "pk")


class Blocker(models.Model):
    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="blockers"
    )
    log = models.OneToOneField(
        ProgressLog, models.SET_NULL, null=True, blank=True, related_name="blocker", editable=False
    )
    text = models.TextField(_("what blocks"), max_length=4_000)
    owner = models.ForeignKey(
        "crm.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="blockers",
        verbose_name=_("owner"),
    )
    opened_on = models.DateField(_("opened"), editable=False)
    opened_by = models.ForeignKey("crm.User", models.PROTECT, related_name="+", editable=False)
    resolved_on = models.DateField(_("resolved"), null=True, blank=True, editable=False)
    resolution = models.TextField(_("how it was resolved"), max_length=2_000, blank=True)

    objects = BlockerQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("blocker")
        verbose_name_plural = _("blockers")
        indexes = [
            models.Index(
                fields=["engagement", "opened_on"],
                condition=Q(resolved_on=None),
                name="blocker_open",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="blocker_resolved_after_opened",
                condition=Q(resolved_on=None) | Q(resolved_on__gte=models.F("opened_on")),
                violation_error_message=_("A blocker cannot be resolved before it was opened."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
