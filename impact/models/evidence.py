from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models import KeptFile, User
from engagements.models import Engagement
from impact.models.measurements import Measurement


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> Self:
        """For those who work in the engagement: a list of names may stand in it, which funders never read."""
        return self.filter(
            measurement__metric__engagement__in=Engagement.objects.visible_to(user).values("pk")
        )


class Evidence(KeptFile):
    """A file that a measurement rests on."""

    FOLDER = "evidence"

    measurement = models.ForeignKey(
        Measurement, models.CASCADE, related_name="evidence", verbose_name=_("figure")
    )
    added_by = models.ForeignKey(
        "crm.User", models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_on = models.DateField(_("added"))

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("pieces of evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["measurement", "digest"],
                name="evidence_once_a_figure",
                violation_error_message=_("This file is attached already."),
            )
        ]
