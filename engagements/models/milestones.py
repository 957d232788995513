from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from engagements.models.scope import OfEngagement


class MilestoneQuerySet(OfEngagement["Milestone"]):
    def open(self) -> Self:
        return self.filter(done_on=None)

    def done(self) -> Self:
        return self.exclude(done_on=None)

    def in_order(self) -> Self:
        return self.select_related("owner", "accepted_by").order_by("planned_on", "pk")


class Milestone(tracking.Versioned):
    """`planned_first_on` is what was promised and never changes; `planned_on` may; `done_on` is a fact."""

    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="milestones"
    )
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(
        "crm.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("owner"),
    )
    planned_first_on = models.DateField(_("planned first"), editable=False)
    planned_on = models.DateField(_("planned for"))
    done_on = models.DateField(_("done"), null=True, blank=True, editable=False)
    accepted_on = models.DateField(_("accepted"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        "crm.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("accepted by"),
    )
    acceptance_comment = models.TextField(
        _("comment"), max_length=2_000, blank=True, editable=False
    )

    objects = MilestoneQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        indexes = [
            models.Index(
                fields=["engagement", "planned_on", "id"],
                condition=Q(done_on=None),
                name="milestone_next_open",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="milestone_accepted_when_done_by_someone",
                condition=Q(accepted_on=None, accepted_by=None)
                | Q(accepted_on__isnull=False, accepted_by__isnull=False, done_on__isnull=False),
                violation_error_message=_(
                    "Only a milestone that is done can be accepted, by somebody."
                ),
            ),
            models.CheckConstraint(
                name="milestone_dates_are_plausible",
                condition=Q(planned_on__gte="2000-01-01", planned_on__lt="2100-01-01"),
                violation_error_message=_("Give a date between 2000 and 2099."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slip(self) -> int:
        """Days from the day planned first to the day planned now, or to the day on which it was done."""
        return ((self.done_on or self.planned_on) - self.planned_first_on).days
