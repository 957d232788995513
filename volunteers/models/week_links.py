from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.domain.roles import Role
from crm.models import Membership, User
from crm.models.moments import given_since_closed
from volunteers.models.volunteers import Volunteer


class WeekLinkQuerySet(models.QuerySet["WeekLink"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(volunteer__in=Volunteer.objects.visible_to(user))

    def live(self, at: datetime) -> Self:
        """Neither revoked nor expired, of somebody who is lent still and may log in."""
        lent = Membership.objects.not_over().filter(
            role=Role.VOLUNTEER, user=OuterRef("volunteer__user")
        )
        made_since = given_since_closed("made_at", "volunteer__user")
        return self.filter(
            made_since,
            Exists(lent),
            revoked_at=None,
            expires_at__gt=at,
            volunteer__user__is_active=True,
        )


class WeekLink(models.Model):
    """A mailed address by which one person logs one week without a password.

    Only digests are kept. The first browser that saves the week keeps the link for itself: whoever opens the mail
    elsewhere afterwards, or was forwarded it, is told that it has served.
    """

    volunteer = models.ForeignKey(
        Volunteer, models.CASCADE, related_name="week_links", verbose_name=_("volunteer")
    )
    week = models.DateField(_("week"))
    digest = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    objects = WeekLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("weekly link")
        verbose_name_plural = _("weekly links")
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "week"], name="a_weekly_link_a_week"),
            models.CheckConstraint(
                name="weekly_link_expires_later", condition=Q(expires_at__gt=F("made_at"))
            ),
            models.CheckConstraint(
                name="weekly_link_opens_on_a_monday", condition=Q(week__iso_week_day=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer}, {self.week}"
