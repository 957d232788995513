from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.roles import Role
from crm.domain.text import address_in
from crm.models import Bilingual, BilingualQuerySet, Organisation, User
from crm.text import NormalisedField, SearchableQuerySet


class Skill(Bilingual, models.Model):
    name_fr = models.CharField(_("name in French"), max_length=100, unique=True)
    name_en = models.CharField(_("name in English"), max_length=100)
    sort_fr = NormalisedField(sources=["name_fr"])
    sort_en = NormalisedField(sources=["name_en"])

    objects = BilingualQuerySet.as_manager()

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")

    def __str__(self) -> str:
        return self.in_language("name")


def days_a_week_field(**kwargs):
    return models.DecimalField(
        _("days a week"),
        max_digits=2,
        decimal_places=1,
        validators=[
            MinValueValidator(Decimal("0.5"), _("Half a day a week at least.")),
            MaxValueValidator(Decimal(5), _("Five days a week at most.")),
        ],
        **kwargs,
    )


def lent_by(
    companies: Collection[int],
    *,
    on: date | F | None = None,
    person: str = "",
    company: str = "sponsor",
) -> Q:
    """The condition that one of the companies, given by key, lends the person on the day, as far as changes have come.

    From its day on a change of company counts, also in the hours before it has been carried out. `on` is a day or an
    expression of the row's, today where none is given; `person` is the path to the volunteer and `company` the one to
    the company that is written on the row.
    """
    today = timezone.localdate()
    coming = f"{person}__coming_company__" if person else "coming_company__"
    arrived = Q(**{f"{coming}starts_on__lte": today})
    if on is not None:
        arrived &= Q(**{f"{coming}starts_on__lte": on})
    written = Q(**{f"{company}__in": companies})
    return (written & ~arrived) | (arrived & Q(**{f"{coming}sponsor__in": companies}))


class VolunteerQuerySet(SearchableQuerySet["Volunteer"]):
    searched = ("user__search",)

    def visible_to(self, user: User) -> Self:
        """Coordinators see their member's people, sponsors those whom they lend today, a volunteer themselves."""
        if user.is_administrator:
            return self.all()
        visible = Q(member__in=user.organisations_as(Role.COORDINATOR)) | Q(user=user)
        if user.holds(Role.SPONSOR):
            visible |= lent_by(user.organisations_as(Role.SPONSOR))
        return self.filter(visible)

    def at_address(self, text: str, user: User) -> Self:
        """Whose address of e-mail the text holds: the user's own, and of those whom the user looks after."""
        address = address_in(text)
        if not address:
            return self.none()
        looked_after = Q(user=user) | Q(member__in=user.organisations_as(Role.COORDINATOR))
        rows = self if user.is_administrator else self.filter(looked_after)
        return rows.filter(user__email__iexact=address)

    def skilled_in(self, skill: Skill, level: int) -> Self:
        """Those who hold the skill at the level or above; a wish is no skill."""
        return self.filter(
            Exists(
                VolunteerSkill.objects.filter(
                    volunteer=OuterRef("pk"), skill=skill, level__gte=max(level, 1)
                )
            )
        )

    def with_company(self) -> Self:
        """All that `company` reads."""
        return self.select_related("sponsor", "coming_company__sponsor")

    def companies(self) -> models.QuerySet["Volunteer", int]:
        """The keys of the companies that lend them today."""
        arrived = Q(coming_company__starts_on__lte=timezone.localdate())
        today = Case(When(arrived, then="coming_company__sponsor"), default="sponsor")
        return self.order_by().values_list(today, flat=True)

    def for_list(self) -> Self:
        return self.with_company().select_related("user").order_by("user__sort_name", "pk")


class Volunteer(tracking.Versioned):
    """A person whom a company lends, with what they can do and how much time they have."""

    user = models.OneToOneField(
        "crm.User", models.PROTECT, related_name="volunteer", verbose_name=_("person")
    )
    sponsor = models.ForeignKey(
        "crm.Organisation",
        models.PROTECT,
        related_name="lent_people",
        verbose_name=_("sponsor company"),
    )
    member = models.ForeignKey(
        "crm.Organisation",
        models.PROTECT,
        related_name="welcomed_people",
        verbose_name=_("Coalition member"),
        help_text=_("The member that the company lends them to."),
    )
    days_a_week = days_a_week_field(default=Decimal(5))
    available_from = models.DateField(_("available from"))
    available_to = models.DateField(_("available until"), null=True, blank=True)
    languages = models.CharField(
        _("languages"),
        max_length=200,
        blank=True,
        help_text=_("Those in which they work, as they would say it."),
    )
    skills = models.ManyToManyField(Skill, through="VolunteerSkill", verbose_name=_("skills"))

    objects = VolunteerQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        constraints = [
            models.CheckConstraint(
                name="volunteer_available_in_order",
                condition=Q(available_to=None) | Q(available_to__gte=F("available_from")),
                violation_error_message=_("The last day cannot come before the first."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def company(self) -> Organisation:
        """The company that lends them today."""
        return self.company_of(timezone.localdate(), self.sponsor)

    def company_of(self, day: date, written: Organisation) -> Organisation:
        """The company of the day on a row that says `written`; read the person `with_company`.

        A change counts from its day on, also in the hours before it has been carried out.
        """
        coming = getattr(self, "coming_company", None)
        if coming is None or coming.starts_on > min(day, timezone.localdate()):
            return written
        return coming.sponsor


class FormerCompany(models.Model):
    """A company that lent the person until a day, that day included; the one before it lent them until its own.

    Since when each lent them follows from the others, so periods can neither meet nor leave a gap.
    """

    volunteer = models.ForeignKey(
        Volunteer, models.CASCADE, related_name="former_companies", verbose_name=_("volunteer")
    )
    sponsor = models.ForeignKey(
        "crm.Organisation", models.PROTECT, related_name="+", verbose_name=_("sponsor company")
    )
    ended_on = models.DateField(_("until"))

    history = tracking.history()

    class Meta:
        verbose_name = _("former company")
        verbose_name_plural = _("former companies")
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "ended_on"],
                name="one_company_a_day",
                violation_error_message=_("They change company once a day at most."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.volunteer}, {self.sponsor}"


class ComingCompany(models.Model):
    """A change of company whose day is still to come; on that day it is carried out, and this row goes.

    From that day on it counts, also in the hours until it has been carried out.
    """

    volunteer = models.OneToOneField(
        Volunteer, models.CASCADE, related_name="coming_company", verbose_name=_("volunteer")
    )
    sponsor = models.ForeignKey(
        "crm.Organisation", models.PROTECT, related_name="+", verbose_name=_("sponsor company")
    )
    starts_on = models.DateField(_("from"))
    entered_by = models.ForeignKey(
        "crm.User", models.PROTECT, related_name="+", verbose_name=_("written by")
    )

    history = tracking.history()

    class Meta:
        verbose_name = _("coming company")
        verbose_name_plural = _("coming companies")
        constraints = [
            models.CheckConstraint(
                name="coming_company_date_is_plausible",
                condition=Q(starts_on__gte="2000-01-01", starts_on__lt="2100-01-01"),
                violation_error_message=_("Give a date between 2000 and 2099."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.volunteer}, {self.sponsor}"


class VolunteerSkill(models.Model):
    """What a person can do, and what they would like to learn."""

    class Level(models.IntegerChoices):
        WISH = 0, _("would like to learn")
        LEARNING = 1, _("learning")
        ABLE = 2, _("able")
        EXPERT = 3, _("expert")

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="levels")
    skill = models.ForeignKey(Skill, models.PROTECT, verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.ABLE)

    history = tracking.history()

    class Meta:
        verbose_name = _("skill of a volunteer")
        verbose_name_plural = _("skills of volunteers")
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "skill"], name="volunteer_skill_once")
        ]

    def __str__(self) -> str:
        return f"{self.skill} ({self.get_level_display()})"
