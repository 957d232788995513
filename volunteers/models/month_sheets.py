from collections.abc import Collection
from datetime import date, timedelta
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.roles import Role
from crm.models import Organisation, User
from engagements.models import Engagement
from volunteers.models.assignments import Assignment
from volunteers.models.volunteers import lent_by
from volunteers.models.worked_days import FULL_DAY, WorkDay, WorkDayQuerySet

NOTHING = 0


class Signer(models.TextChoices):
    """The two sides of a month, in the order in which they sign."""

    LEAD = "lead", _("project lead")
    SPONSOR = "sponsor", _("sponsor company")


class Voice(models.TextChoices):
    """Who may see a day otherwise: both who sign the month, and the person whose days they are."""

    VOLUNTEER = "volunteer", _("volunteer")
    LEAD = Signer.LEAD.value, Signer.LEAD.label
    SPONSOR = Signer.SPONSOR.value, Signer.SPONSOR.label


class MonthSheetQuerySet(models.QuerySet["MonthSheet"]):
    def visible_to(self, user: User) -> Self:
        """The person, their coordinators and the lead; the company once the lead has confirmed, and no day before."""
        if user.is_administrator:
            return self.all()
        led = Engagement.objects.filter(beneficiary__in=user.organisations_as(Role.LEAD))
        return self.filter(
            Q(assignment__volunteer__user=user)
            | Q(assignment__engagement__member__in=user.organisations_as(Role.COORDINATOR))
            | Q(assignment__engagement__in=led)
            | (
                self.lent_by(user.organisations_as(Role.SPONSOR))
                & Q(state__in=[MonthSheet.State.CONFIRMED, MonthSheet.State.LOCKED])
            )
        )

    @staticmethod
    def lent_by(companies: Collection[int]) -> Q:
        """The condition that the month is one of the companies': of those who lend the person as it begins."""
        return lent_by(
            companies, on=F("month"), person="assignment__volunteer", company="assignment__sponsor"
        )

    def undisputed(self) -> Self:
        return self.exclude(
            models.Exists(DayDisagreement.objects.open().filter(sheet=models.OuterRef("pk")))
        )

    def awaiting(self, user: User, today: date) -> Self:
        """Those that only the person's own word is missing from; a month is signed once it is over."""
        over = self.undisputed().filter(month__lt=today.replace(day=1))
        return over.filter(
            Q(
                state=MonthSheet.State.LOGGED,
                assignment__engagement__in=Engagement.objects.led_by(user),
            )
            | (
                Q(state=MonthSheet.State.CONFIRMED)
                & self.lent_by(user.organisations_as(Role.SPONSOR))
            )
        )

    def for_list(self) -> Self:
        return self.select_related(
            "assignment__volunteer__user",
            "assignment__sponsor",
            "assignment__volunteer__coming_company__sponsor",
            "assignment__engagement__beneficiary",
            "lead_by",
            "sponsor_by",
        ).order_by("-month", "assignment__volunteer__user__sort_name", "pk")


class MonthSheet(tracking.Versioned):
    """The days of one assignment in one month: logged, confirmed by the lead, then by the company, which locks it.

    The nominative list of people and days, agreed by both sides, is the evidence that the ministry recommends.
    """

    class State(models.TextChoices):
        LOGGED = "logged", _("logged")
        CONFIRMED = "confirmed", _("confirmed by the lead")
        LOCKED = "locked", _("confirmed by both, locked")

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="month_sheets", verbose_name=_("mission")
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.LOGGED, editable=False
    )
    lead_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    lead_at = models.DateTimeField(_("confirmed by the lead"), null=True, editable=False)
    sponsor_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    sponsor_at = models.DateTimeField(_("confirmed by the company"), null=True, editable=False)

    objects = MonthSheetQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("month sheet")
        verbose_name_plural = _("month sheets")
        indexes = [models.Index(fields=["month", "state"], name="month_sheet_by_month")]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "month"], name="month_sheet_once"),
            models.CheckConstraint(
                name="month_sheet_starts_on_the_first",
                condition=Q(month__day=1),
                violation_error_message=_("A month is named by its first day."),
            ),
            models.CheckConstraint(
                name="month_sheet_signed_as_its_state_says",
                condition=Q(
                    state="logged", lead_by=None, lead_at=None, sponsor_by=None, sponsor_at=None
                )
                | Q(
                    state="confirmed",
                    lead_by__isnull=False,
                    lead_at__isnull=False,
                    sponsor_by=None,
                    sponsor_at=None,
                )
                | Q(
                    state="locked",
                    lead_by__isnull=False,
                    lead_at__isnull=False,
                    sponsor_by__isnull=False,
                    sponsor_at__isnull=False,
                ),
                violation_error_message=_(
                    "The lead confirms first, then the company; both names are kept."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}, {self.month:%m/%Y}"

    @property
    def last_day(self) -> date:
        return (self.month + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def company(self) -> Organisation:
        """Whose month it is: of the company that lends the person as it begins."""
        assignment = self.assignment
        return assignment.volunteer.company_of(self.month, assignment.sponsor)

    @property
    def is_locked(self) -> bool:
        return self.state == self.State.LOCKED

    @property
    def next_signer(self) -> Signer | None:
        """Whose word comes next; None once both have given it."""
        return {self.State.LOGGED: Signer.LEAD, self.State.CONFIRMED: Signer.SPONSOR}.get(
            self.State(self.state)
        )

    def holds(self, day: date) -> bool:
        """Whether the day is in the month and in the assignment."""
        first = max(self.month, self.assignment.starts_on)
        return first <= day <= min(self.last_day, self.assignment.ends_on)

    def worked_days(self) -> WorkDayQuerySet:
        return (
            WorkDay.objects.filter(assignment=self.assignment_id)
            .between(self.month, self.last_day)
            .order_by("day")
        )


_Row = TypeVar("_Row", bound=models.Model)


class OfMonthSheet(models.QuerySet[_Row]):
    def visible_to(self, user: User) -> Self:
        return self.filter(sheet__in=MonthSheet.objects.visible_to(user))

    def for_list(self) -> Self:
        return self.select_related("author", "sheet__assignment").order_by("day", "pk")


class DayDisagreementQuerySet(OfMonthSheet["DayDisagreement"]):
    def open(self) -> Self:
        return self.filter(settled_at=None)

    def asking_to_correct(self) -> Self:
        return self.open().filter(sheet__state=MonthSheet.State.LOCKED)


class DayDisagreement(models.Model):
    """Somebody does not see a day as it is logged. Until it is settled, the month is not confirmed.

    Of a month that both sides have signed it asks for a correction.
    """

    sheet = models.ForeignKey(
        MonthSheet, models.CASCADE, related_name="disagreements", editable=False
    )
    day = models.DateField(_("day"))
    side = models.CharField(_("side"), max_length=10, choices=Voice, editable=False)
    comment = models.TextField(_("what you see otherwise"), max_length=1_000)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    raised_at = models.DateTimeField(_("said"), editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = DayDisagreementQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("disagreement on a day")
        verbose_name_plural = _("disagreements on days")
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "day", "side"],
                condition=Q(settled_at=None),
                name="disagreement_once_a_day_and_side",
                violation_error_message=_("You have said already that you see this day otherwise."),
            ),
            models.CheckConstraint(
                name="disagreement_settled_by_someone",
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet}, {self.day}"


class DayCorrection(models.Model):
    """A day changed after both sides signed: what they signed stays readable in `before`."""

    sheet = models.ForeignKey(
        MonthSheet, models.PROTECT, related_name="corrections", editable=False
    )
    day = models.DateField(_("day"))
    before = models.PositiveSmallIntegerField(_("before"), editable=False)
    half_days = models.PositiveSmallIntegerField(
        _("time worked"),
        choices=[(NOTHING, _("nothing")), (1, _("half a day")), (FULL_DAY, _("a day"))],
    )
    reason = models.TextField(_("reason"), max_length=1_000)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)

    objects = OfMonthSheet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("correction of a day")
        verbose_name_plural = _("corrections of days")
        constraints = [
            models.CheckConstraint(
                name="correction_by_halves",
                condition=Q(before__lte=FULL_DAY, half_days__lte=FULL_DAY),
                violation_error_message=_("A day is worked by halves: half a day, or a day."),
            ),
            models.CheckConstraint(
                name="correction_changes_something",
                condition=~Q(half_days=F("before")),
                violation_error_message=_(
                    "This is what is signed already: there is nothing to correct."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet}, {self.day}"
