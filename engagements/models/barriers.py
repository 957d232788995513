from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.request_states import BARRIERS
from engagements.models.scope import OfEngagement


class Side(models.TextChoices):
    BENEFICIARY = "beneficiary", _("the project lead")
    MEMBER = "member", _("the coordinator")


def level_field(label):
    return models.PositiveSmallIntegerField(label, validators=[MaxValueValidator(4)])


class BarrierAssessmentQuerySet(OfEngagement["BarrierAssessment"]):
    def for_list(self) -> Self:
        return self.select_related("assessed_by").order_by(
            "engagement", "assessed_on", "side", "pk"
        )


class BarrierAssessment(tracking.Versioned):
    """The four barriers from 0 (none) to 4 (stops us), in the same words each time, by either side."""

    class Moment(models.TextChoices):
        INTAKE = "intake", _("at intake")
        HANDOVER = "handover", _("at hand-over")
        LATER = "later", _("six months later")

    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="assessments"
    )
    moment = models.CharField(_("moment"), max_length=8, choices=Moment)
    side = models.CharField(_("by"), max_length=11, choices=Side)
    culture = level_field(_("culture"))
    expertise = level_field(_("expertise"))
    finance = level_field(_("money"))
    time = level_field(_("time"))
    comment = models.TextField(_("comment"), max_length=2_000, blank=True)
    assessed_on = models.DateField(_("assessed"), editable=False)
    assessed_by = models.ForeignKey(
        "crm.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("written down by"),
    )

    objects = BarrierAssessmentQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("assessment of the barriers")
        verbose_name_plural = _("assessments of the barriers")
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "moment", "side"],
                name="assessment_once_a_moment_and_side",
                violation_error_message=_("This assessment is written down already: change it."),
            ),
            models.CheckConstraint(
                name="assessment_levels_from_0_to_4",
                condition=Q(**{f"{name}__lte": 4 for name in BARRIERS}),
                violation_error_message=_("A barrier is between 0 and 4."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_moment_display()}, {self.get_side_display()}"


class ExitOutcome(tracking.Versioned):
    """The two levers at the end of an engagement: whether people feel legitimate, and have skills within reach."""

    class Legitimacy(models.TextChoices):
        NO = "no", _("digital is still not for us")
        PARTLY = "partly", _("some of us feel at home with it")
        YES = "yes", _("we decide on digital matters as on others")

    class Skills(models.TextChoices):
        NEITHER = "neither", _("neither in house nor with a partner")
        PARTNER = "partner", _("with a trusted partner")
        INTERNAL = "internal", _("in house")
        BOTH = "both", _("in house and with a trusted partner")

    engagement = models.OneToOneField(
        "engagements.Engagement", models.CASCADE, related_name="exit_outcome"
    )
    legitimacy = models.CharField(_("feeling legitimate"), max_length=8, choices=Legitimacy)
    skills = models.CharField(_("skills to go on"), max_length=8, choices=Skills)
    comment = models.TextField(_("comment"), max_length=2_000, blank=True)

    objects = OfEngagement.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("the two levers")
        verbose_name_plural = _("the two levers")

    def __str__(self) -> str:
        return f"{self.get_legitimacy_display()}, {self.get_skills_display()}"
