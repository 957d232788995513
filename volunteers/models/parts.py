from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.models import User
from crm.text import NormalisedField
from engagements.models import Engagement
from volunteers.models.volunteers import Volunteer


class SolutionPartQuerySet(models.QuerySet["SolutionPart"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(engagement__in=Engagement.objects.visible_to(user))

    def for_list(self) -> Self:
        people = PartKnowledge.objects.for_list()
        return (
            self.select_related("engagement")
            .prefetch_related(models.Prefetch("knowledge", queryset=people))
            .order_by("engagement", "sort_name", "pk")
        )


class SolutionPart(tracking.Versioned):
    """A part of the solution that somebody has to know: payment, hosting, the nightly import."""

    engagement = models.ForeignKey(
        Engagement,
        models.CASCADE,
        related_name="solution_parts",
        verbose_name=_("engagement"),
        editable=False,
    )
    name = models.CharField(_("part of the solution"), max_length=100)
    sort_name = NormalisedField(sources=["name"])

    objects = SolutionPartQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("part of a solution")
        verbose_name_plural = _("parts of solutions")
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "name"],
                name="part_named_once",
                violation_error_message=_("This part is on the list already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class PartKnowledgeQuerySet(models.QuerySet["PartKnowledge"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(part__in=SolutionPart.objects.visible_to(user))

    def for_list(self) -> Self:
        return self.select_related("volunteer__user", "contact").order_by("-level", "pk")


class PartKnowledge(models.Model):
    """Somebody of the team or of the supported organisation knows a part, or is learning it."""

    class Level(models.IntegerChoices):
        LEARNING = 1, _("learning it")
        KNOWS = 2, _("knows it")

    part = models.ForeignKey(SolutionPart, models.CASCADE, related_name="knowledge", editable=False)
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    contact = models.ForeignKey(
        "crm.Contact", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    level = models.PositiveSmallIntegerField(_("how well"), choices=Level, default=Level.KNOWS)

    objects = PartKnowledgeQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("knowledge of a part")
        verbose_name_plural = _("knowledge of parts")
        constraints = [
            models.UniqueConstraint(
                fields=["part", "volunteer"], name="part_known_once_by_volunteer"
            ),
            models.UniqueConstraint(fields=["part", "contact"], name="part_known_once_by_contact"),
            models.CheckConstraint(
                name="part_known_by_one_person",
                condition=Q(volunteer=None, contact__isnull=False)
                | Q(volunteer__isnull=False, contact=None),
            ),
            models.CheckConstraint(name="part_known_at_a_level", condition=Q(level__in=[1, 2])),
        ]

    def __str__(self) -> str:
        return f"{self.part}, {self.name}"

    @property
    def name(self) -> str:
        return str(self.contact or self.volunteer)

    @property
    def knows(self) -> bool:
        return self.level == self.Level.KNOWS
