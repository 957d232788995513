from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.audit.history import column_of
from crm.models import User
from engagements.models import Engagement
from volunteers.models.assignments import Assignment

DEFAULT_OVERLAP_DAYS = 5
NOTE_TEXTS = ["in_progress", "places", "contacts", "only_me"]


class RelayNoteQuerySet(models.QuerySet["RelayNote"]):
    def visible_to(self, user: User) -> Self:
        """Read by those who work in the engagement; the sponsor's contact sees the assignment, and not this."""
        return self.filter(assignment__engagement__in=Engagement.objects.visible_to(user))

    def for_list(self) -> Self:
        return self.select_related(
            "assignment__volunteer__user", "assignment__engagement", "successor__volunteer__user"
        ).order_by("-assignment__ends_on", "pk")


class RelayNote(tracking.Versioned):
    """What somebody who leaves writes to the one who takes over. It is written once no part of it is missing."""

    assignment = models.OneToOneField(
        Assignment,
        models.PROTECT,
        related_name="relay_note",
        verbose_name=_("mission that ends"),
        editable=False,
    )
    successor = models.ForeignKey(
        Assignment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who takes over"),
    )
    in_progress = models.TextField(_("what is in progress"), max_length=4_000, blank=True)
    places = models.TextField(
        _("where the accesses and the documents are"), max_length=4_000, blank=True
    )
    contacts = models.TextField(_("whom to ask"), max_length=4_000, blank=True)
    only_me = models.TextField(_("what only I know"), max_length=4_000, blank=True)
    written_on = models.DateField(_("written"), null=True, editable=False)

    objects = RelayNoteQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("relay note")
        verbose_name_plural = _("relay notes")
        constraints = [
            models.CheckConstraint(
                name="relay_note_written_when_whole",
                condition=Q(written_on=None)
                | ~Q(in_progress="") & ~Q(places="") & ~Q(contacts="") & ~Q(only_me=""),
                violation_error_message=_("A relay note is written once no part of it is missing."),
            ),
            models.CheckConstraint(
                name="relay_note_to_somebody_else",
                condition=Q(successor=None) | ~Q(successor=F("assignment")),
                violation_error_message=_("Nobody takes over from themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}"

    @property
    def missing(self) -> list[str]:
        """The parts that are still empty, in the words of the form."""
        return [
            str(column_of(self, name).verbose_name)
            for name in NOTE_TEXTS
            if not getattr(self, name).strip()
        ]

    @property
    def parts(self) -> list[tuple[str, str]]:
        """[(heading, text)] of what is written."""
        return [
            (str(column_of(self, name).verbose_name), getattr(self, name))
            for name in NOTE_TEXTS
            if getattr(self, name).strip()
        ]


class RelayDemandQuerySet(models.QuerySet["RelayDemand"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(engagement__in=Engagement.objects.visible_to(user))


class RelayDemand(tracking.Versioned):
    """How long two people of an engagement work side by side before one leaves; without a row, DEFAULT_OVERLAP_DAYS."""

    engagement = models.OneToOneField(
        Engagement, models.CASCADE, related_name="relay_demand", editable=False
    )
    overlap_days = models.PositiveSmallIntegerField(
        _("working days side by side"),
        default=DEFAULT_OVERLAP_DAYS,
        validators=[MaxValueValidator(60, _("Sixty working days at most."))],
        help_text=_(
            "Between the first day of the one who arrives and the last day of the one who leaves."
        ),
    )

    objects = RelayDemandQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("demand on relays")
        verbose_name_plural = _("demands on relays")
        constraints = [
            models.CheckConstraint(
                name="relay_overlap_is_plausible",
                condition=Q(overlap_days__lte=60),
                violation_error_message=_("Sixty working days at most."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.engagement}, {self.overlap_days}"
