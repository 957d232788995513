"""Decisions, risks and notes of the steering committee."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.formatting import day_text
from crm.models import Contact, User
from engagements.models.scope import OfEngagement


def plausible(name: str, *days: str) -> models.CheckConstraint:
    """The constraint that each of the days lies between 2000 and 2099, or is empty."""
    condition = Q()
    for day in days:
        condition &= Q(**{day: None}) | Q(
            **{f"{day}__gte": "2000-01-01", f"{day}__lt": "2100-01-01"}
        )
    return models.CheckConstraint(
        name=name,
        condition=condition,
        violation_error_message=_("Give a date between 2000 and 2099."),
    )


class Owned(models.Model):
    """Owned by somebody with an account, or by an appointed lead without one, whom the appointment names."""

    owner = models.ForeignKey(
        "crm.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    owner_lead = models.ForeignKey(
        "engagements.LeadAppointment",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner, as project lead"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_has_one_owner",
                condition=Q(owner__isnull=False, owner_lead=None)
                | Q(owner=None, owner_lead__isnull=False),
                violation_error_message=_(
                    "Name one owner: somebody with an account, or the project lead."
                ),
            )
        ]

    @property
    def holder(self) -> User | Contact | None:
        """Whoever owns it: a user, or the contact who leads."""
        return self.owner if self.owner_lead is None else self.owner_lead.contact


class DecisionQuerySet(OfEngagement["Decision"]):
    def open(self) -> Self:
        return self.filter(done_on=None)

    def closed(self) -> Self:
        return self.exclude(done_on=None)

    def for_list(self) -> Self:
        """Those that are due first; what has no day comes last."""
        return self.select_related("owner", "owner_lead__contact", "engagement").order_by(
            F("due_on").asc(nulls_last=True), "-decided_on", "pk"
        )


class Decision(Owned, tracking.Versioned):
    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="decisions"
    )
    title = models.CharField(_("decision"), max_length=200)
    text = models.TextField(_("details"), max_length=5_000, blank=True)
    decided_on = models.DateField(_("decided on"))
    due_on = models.DateField(_("to be carried out by"), null=True, blank=True)
    done_on = models.DateField(_("carried out on"), null=True, blank=True, editable=False)

    objects = DecisionQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            models.Index(
                fields=["engagement", "due_on"], condition=Q(done_on=None), name="decision_open"
            )
        ]
        constraints = [
            *Owned.Meta.constraints,
            plausible("decision_dates_are_plausible", "decided_on", "due_on", "done_on"),
            models.CheckConstraint(
                name="decision_due_after_decided",
                condition=Q(due_on=None) | Q(due_on__gte=F("decided_on")),
                violation_error_message=_("A decision cannot be due before it is taken."),
            ),
            models.CheckConstraint(
                name="decision_done_after_decided",
                condition=Q(done_on=None) | Q(done_on__gte=F("decided_on")),
                violation_error_message=_("A decision cannot be carried out before it is taken."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RiskQuerySet(OfEngagement["Risk"]):
    def open(self) -> Self:
        return self.filter(closed_on=None)

    def closed(self) -> Self:
        return self.exclude(closed_on=None)

    def for_list(self) -> Self:
        """The gravest first, then those to look at again soonest."""
        gravest = (F("likelihood") * F("impact")).desc()
        return self.select_related("owner", "owner_lead__contact", "engagement").order_by(
            gravest, "review_on", "pk"
        )


class Risk(Owned, tracking.Versioned):
    class Degree(models.IntegerChoices):
        LOW = 1, _("low")
        MEDIUM = 2, _("medium")
        HIGH = 3, _("high")

    engagement = models.ForeignKey("engagements.Engagement", models.CASCADE, related_name="risks")
    title = models.CharField(_("risk"), max_length=200)
    text = models.TextField(_("details"), max_length=5_000, blank=True)
    likelihood = models.PositiveSmallIntegerField(_("likelihood"), choices=Degree)
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Degree)
    response = models.TextField(_("what is done about it"), max_length=5_000, blank=True)
    review_on = models.DateField(_("look at it again on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)

    objects = RiskQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        indexes = [
            models.Index(fields=["engagement"], condition=Q(closed_on=None), name="risk_open")
        ]
        constraints = [
            *Owned.Meta.constraints,
            plausible("risk_dates_are_plausible", "review_on", "closed_on"),
            models.CheckConstraint(
                name="risk_degrees_between_1_and_3",
                condition=Q(likelihood__gte=1, likelihood__lte=3, impact__gte=1, impact__lte=3),
                violation_error_message=_("Likelihood and impact are low, medium or high."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def severity(self) -> int:
        return self.likelihood * self.impact

    @property
    def degree(self) -> "Risk.Degree":
        return (
            self.Degree.HIGH
            if self.severity >= 6
            else self.Degree.MEDIUM
            if self.severity >= 3
            else self.Degree.LOW
        )

    @property
    def level(self) -> str:
        """The degree as a level of the pages: act, watch or good."""
        return {self.Degree.HIGH: "act", self.Degree.MEDIUM: "watch", self.Degree.LOW: "good"}[
            self.degree
        ]


class SteeringNoteQuerySet(OfEngagement["SteeringNote"]):
    def for_list(self) -> Self:
        return self.select_related("author", "engagement").order_by("-held_on", "-pk")


class SteeringNote(tracking.Versioned):
    """What was said at a meeting of the committee, in Markdown."""

    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="steering_notes"
    )
    held_on = models.DateField(_("held on"))
    present = models.TextField(_("who was there"), max_length=1_000, blank=True)
    text = models.TextField(
        _("notes"),
        max_length=20_000,
        help_text=_("Markdown: # for a heading, - for a list, **bold**, [words](https://address)."),
    )
    author = models.ForeignKey(
        "crm.User", models.PROTECT, related_name="+", editable=False, verbose_name=_("written by")
    )

    objects = SteeringNoteQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("steering note")
        verbose_name_plural = _("steering notes")
        indexes = [
            models.Index(fields=["engagement", "-held_on", "-id"], name="steering_note_newest")
        ]
        constraints = [plausible("steering_note_date_is_plausible", "held_on")]

    def __str__(self) -> str:
        return f"{self.engagement}, {day_text(self.held_on)}"
