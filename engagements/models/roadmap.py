from collections.abc import Iterable
from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.request_states import BARRIERS
from crm.models import Bilingual, User
from crm.models.moments import given_since_closed
from engagements.domain.roadmap import TemplateStep
from engagements.models.engagements import Engagement
from engagements.models.scope import OfEngagement
from engagements.models.solutions import Solution


class Dependency(models.Model):
    """A milestone waits for another of the same engagement. The service refuses loops, under the lock."""

    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="dependencies"
    )
    milestone = models.ForeignKey("engagements.Milestone", models.CASCADE, related_name="waits_for")
    after = models.ForeignKey(
        "engagements.Milestone",
        models.CASCADE,
        related_name="awaited_by",
        verbose_name=_("waits for"),
    )

    objects = OfEngagement.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("dependency")
        verbose_name_plural = _("dependencies")
        constraints = [
            models.UniqueConstraint(fields=["milestone", "after"], name="dependency_once"),
            models.CheckConstraint(
                name="dependency_not_on_itself",
                condition=~Q(milestone=F("after")),
                violation_error_message=_("A milestone cannot wait for itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone} ← {self.after}"


class MilestoneTemplateQuerySet(models.QuerySet["MilestoneTemplate"]):
    def chosen(self, kind: str, barriers: Iterable[str]) -> Self:
        """Those for any kind of solution or this one, and for no barrier or one of these; in order."""
        of_kind = Q(kind="") | Q(kind=kind)
        return self.filter(of_kind, Q(barrier="") | Q(barrier__in=barriers)).order_by(
            "position", "code"
        )


class MilestoneTemplate(Bilingual, models.Model):
    """A milestone that engagements of a kind usually have. Data that an administrator keeps, not code."""

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    kind = models.CharField(
        _("for solutions of this kind"),
        max_length=10,
        choices=Solution.Kind,
        blank=True,
        help_text=_("Empty: for any."),
    )
    barrier = models.CharField(
        _("for this barrier"),
        max_length=10,
        choices=[(name, words) for name, (words, _levels) in BARRIERS.items()],
        blank=True,
    )
    title_fr = models.CharField(_("title in French"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    days = models.PositiveSmallIntegerField(
        _("days after the start"), validators=[MaxValueValidator(3_650)]
    )
    after = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("waits for"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = MilestoneTemplateQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("milestone template")
        verbose_name_plural = _("milestone templates")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.in_language("title")

    @property
    def step(self) -> TemplateStep:
        return TemplateStep(self.code, self.title, self.days, self.after_id or "")


class CalendarLinkQuerySet(models.QuerySet["CalendarLink"]):
    def visible_to(self, user: User) -> Self:
        """A calendar address is its owner's alone."""
        return self.filter(user=user)

    def with_sight(self, user: User) -> Self:
        """With `is_seen`: whether the person may still open the engagement that it is of, and read its title."""
        opened = Engagement.objects.visible_to(user).filter(pk=OuterRef("engagement"))
        return self.annotate(is_seen=Exists(opened))

    def live(self) -> Self:
        return self.filter(given_since_closed("created_at", "user"), revoked_at=None)


class CalendarLink(models.Model):
    """A secret address from which a calendar program reads; of one engagement, or of all that the person sees."""

    user = models.ForeignKey("crm.User", models.CASCADE, related_name="calendar_links")
    engagement = models.ForeignKey(
        "engagements.Engagement",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("engagement"),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = CalendarLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.engagement or _("all engagements"))
