from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.models import User
from engagements.models import Engagement
from volunteers.models.volunteers import Skill, VolunteerSkill, days_a_week_field

LEVELS = [
    choice for choice in VolunteerSkill.Level.choices if choice[0] != VolunteerSkill.Level.WISH
]


class StaffingNeedQuerySet(models.QuerySet["StaffingNeed"]):
    def visible_to(self, user: User) -> Self:
        """What a team still looks for is read by those who work in the engagement."""
        return self.filter(engagement__in=Engagement.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(closed_on=None)

    def overlapping(self, starts_on: date, ends_on: date) -> Self:
        return self.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)

    def to_staff_by(self, user: User) -> Self:
        """Those of the engagements that the person runs; one that is over looks for nobody."""
        return self.filter(engagement__in=Engagement.objects.run_by(user).active())

    def for_list(self) -> Self:
        return self.select_related("engagement__beneficiary", "skill").order_by("starts_on", "pk")


class StaffingNeed(tracking.Versioned):
    """A skill that an engagement looks for, from the first day to the last, both included.

    A need that is met stays open: it says what the team must keep until its end. It is closed when the engagement
    does without it.
    """

    engagement = models.ForeignKey(
        Engagement,
        models.PROTECT,
        related_name="staffing_needs",
        verbose_name=_("engagement"),
        editable=False,
    )
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(
        _("level at least"),
        choices=LEVELS,
        default=VolunteerSkill.Level.ABLE,
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    days_a_week = days_a_week_field()
    note = models.CharField(_("in a few words"), max_length=300, blank=True)
    closed_on = models.DateField(_("closed"), null=True, editable=False)

    objects = StaffingNeedQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("staffing need")
        verbose_name_plural = _("staffing needs")
        indexes = [models.Index(fields=["engagement", "starts_on"], name="need_engagement_start")]
        constraints = [
            models.CheckConstraint(
                name="need_dates_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day cannot come before the first."),
            ),
            models.CheckConstraint(
                name="need_dates_are_plausible",
                condition=Q(starts_on__gte="2000-01-01", ends_on__lt="2100-01-01"),
                violation_error_message=_("Give dates between 2000 and 2099."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill}, {self.get_level_display()}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:need-detail", args=[self.pk])
