from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.roles import Role
from crm.domain.workdays import monday_of
from crm.models import Organisation, User
from engagements.models import Engagement
from volunteers.models.volunteers import days_a_week_field, lent_by


class LentPeriod(NamedTuple):
    """Days on which one company, given by key, lends the person; both days included."""

    company: int
    first: date
    last: date


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: User) -> Self:
        """Who works in the engagement sees its team, a person their own, a company those of people it lends or lent."""
        if user.is_administrator:
            return self.all()
        visible = Q(engagement__in=Engagement.objects.visible_to(user)) | Q(volunteer__user=user)
        if user.holds(Role.SPONSOR):
            visible |= self.lent_by(user.organisations_as(Role.SPONSOR))
        return self.filter(visible)

    @staticmethod
    def lent_by(companies: Collection[int]) -> Q:
        """The condition that one of the companies lends or lent the person for it, on its first or last day."""
        first, last = (
            lent_by(companies, on=F(day), person="volunteer") for day in ("starts_on", "ends_on")
        )
        return first | last

    def of(self, user: User) -> Self:
        """The person's own."""
        return self.filter(volunteer__user=user)

    def confirmed(self) -> Self:
        return self.filter(confirmed_on__isnull=False)

    def overlapping(self, starts_on: date, ends_on: date) -> Self:
        return self.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)

    def on(self, day: date) -> Self:
        return self.overlapping(day, day)

    def for_list(self) -> Self:
        return (
            self.with_company()
            .select_related("volunteer__user", "engagement__beneficiary")
            .order_by("-ends_on", "pk")
        )

    def with_company(self) -> Self:
        """All that `company` reads."""
        return self.select_related("sponsor", "volunteer__coming_company__sponsor")


class Assignment(tracking.Versioned):
    """A volunteer on an engagement, from the first day to the last, both included, lent by one company throughout."""

    volunteer = models.ForeignKey(
        "volunteers.Volunteer",
        models.PROTECT,
        related_name="assignments",
        verbose_name=_("volunteer"),
    )
    sponsor = models.ForeignKey(
        "crm.Organisation",
        models.PROTECT,
        related_name="+",
        verbose_name=_("sponsor company"),
        editable=False,
    )
    engagement = models.ForeignKey(
        "engagements.Engagement",
        models.PROTECT,
        related_name="assignments",
        verbose_name=_("engagement"),
    )
    team_member = models.ForeignKey(
        "engagements.TeamMember", models.PROTECT, related_name="+", editable=False
    )
    need = models.ForeignKey(
        "volunteers.StaffingNeed",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("need that it covers"),
    )
    role = models.CharField(_("role"), max_length=100)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    days_a_week = days_a_week_field()
    confirmed_on = models.DateField(_("confirmed"), null=True, blank=True, editable=False)

    objects = AssignmentQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        indexes = [
            models.Index(fields=["engagement", "ends_on"], name="assignment_engagement_end"),
            models.Index(
                fields=["volunteer", "starts_on", "ends_on"], name="assignment_volunteer_period"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="assignment_dates_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day cannot come before the first."),
            ),
            models.CheckConstraint(
                name="assignment_dates_are_plausible",
                condition=Q(starts_on__gte="2000-01-01", ends_on__lt="2100-01-01"),
                violation_error_message=_("Give dates between 2000 and 2099."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer}, {self.role}"

    def takes_words_on(self, day: date) -> bool:
        """Its weeks are written from its first day until the week of its last day is over."""
        return self.starts_on <= day and monday_of(day) <= self.ends_on

    @property
    def company(self) -> Organisation:
        """The company that lends the person, or lent them last, for this assignment."""
        return self.volunteer.company_of(self.ends_on, self.sponsor)

    def periods(self) -> list[LentPeriod]:
        """One, or two where the day of a change of company has come and the assignment is not cut there yet."""
        if self.company.pk == self.sponsor_id:
            return [LentPeriod(self.sponsor_id, self.starts_on, self.ends_on)]
        on = max(self.volunteer.coming_company.starts_on, self.starts_on)
        before = LentPeriod(self.sponsor_id, self.starts_on, on - timedelta(days=1))
        after = LentPeriod(self.company.pk, on, self.ends_on)
        return [before, after] if self.starts_on < on else [after]

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_on is not None
