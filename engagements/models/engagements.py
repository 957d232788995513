from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.audit.reasons import ReasonField
from crm.domain.roles import Role
from crm.domain.text import words_of
from crm.models import Bilingual, Organisation, User
from crm.text import NormalisedField, SearchableQuerySet
from engagements.domain.stages import ACTIVE, MOVES, ORDER, Stage
from engagements.models.health import HealthOverride, Pause
from engagements.models.leads import LeadAppointment
from engagements.models.milestones import Milestone
from engagements.models.progress import Blocker, ProgressLog


def _unless(pause: models.QuerySet[Pause], day: Combinable) -> models.Case:
    return models.Case(
        models.When(~Exists(pause), then=day),
        default=None,
        output_field=models.DateField(null=True),
    )


class EngagementQuerySet(SearchableQuerySet["Engagement"]):
    searched = ("search", "beneficiary__search")

    def active(self) -> Self:
        return self.filter(stage__in=ACTIVE)

    def over(self) -> Self:
        return self.exclude(stage__in=ACTIVE)

    def visible_to(self, user: User) -> Self:
        """Those of the member's coordinators, of the beneficiary's leads, and of who is or was on the team.

        Funders and sponsors read about engagements through impact and volunteers alone.
        """
        if user.is_administrator:
            return self.all()
        parts = [Q(member__in=user.organisations_as(Role.COORDINATOR))]
        if user.holds(Role.LEAD):
            parts.append(Q(beneficiary__in=user.organisations_as(Role.LEAD)))
        if user.holds(Role.VOLUNTEER):
            parts.append(Q(pk__in=TeamMember.objects.filter(user=user).values("engagement")))
        condition = parts[0]
        for part in parts[1:]:
            condition |= part
        return self.filter(condition)

    def run_by(self, user: User) -> Self:
        """Those that the person coordinates or administers: the ones they may change."""
        if user.is_administrator:
            return self.all()
        return self.filter(member__in=user.organisations_as(Role.COORDINATOR))

    def led_by(self, user: User) -> Self:
        """Those in which the person speaks for the supported organisation today.

        The role opens the organisation's engagements; where the person is or was appointed, the appointment says
        from when until when.
        """
        appointments = LeadAppointment.objects.filter(engagement=OuterRef("pk"), contact__user=user)
        in_office = Exists(appointments.current(timezone.localdate()))
        return self.filter(
            in_office | ~Exists(appointments), beneficiary__in=user.organisations_as(Role.LEAD)
        )

    def named(self, text: str) -> Self:
        """Those found by title and organisation alone: for readers who do not see the need."""
        words = words_of(text)
        rows = self if words else self.none()
        for word in words:
            organisations = Organisation.objects.filter(sort_name__contains=word)
            rows = rows.filter(Q(sort_title__contains=word) | Q(beneficiary__in=organisations))
        return rows

    def carrying(self, word: str) -> Q:
        """The condition that an engagement or its beneficiary holds the word.

        As a subquery: a join with the organisations would keep both trigram indexes from being used.
        """
        beneficiaries = Organisation.objects.filter(search__contains=word)
        return Q(search__contains=word) | Q(beneficiary__in=beneficiaries)

    def with_facts(self, today: date) -> Self:
        """With what the rules of health look at, each as the day since when it has been so, or null.

        In a pause nothing is late or silent; after it the silence counts from its end.
        """
        of_this = {"engagement": OuterRef("pk")}
        pause = Pause.objects.filter(**of_this).on(today)
        past_pauses = Pause.objects.filter(**of_this, ends_on__lt=today)
        override = HealthOverride.objects.filter(**of_this).live(today)
        past_leads = LeadAppointment.objects.filter(**of_this, ends_on__lt=today)
        return self.annotate(
            vacant_since=models.Case(
                models.When(
                    ~Exists(LeadAppointment.objects.filter(**of_this).current(today))
                    & Q(stage__in=ACTIVE),
                    then=Coalesce(
                        Subquery(past_leads.order_by("-ends_on").values("ends_on")[:1]),
                        F("started_on"),
                    ),
                ),
                default=None,
                output_field=models.DateField(null=True),
            ),
            late_since=_unless(
                pause,
                Subquery(
                    Milestone.objects.filter(**of_this, done_on=None, planned_on__lt=today)
                    .order_by("planned_on")
                    .values("planned_on")[:1]
                ),
            ),
            blocked_since=Subquery(
                Blocker.objects.filter(**of_this, resolved_on=None)
                .order_by("opened_on")
                .values("opened_on")[:1]
            ),
            silent_since=_unless(
                pause,
                Greatest(
                    F("last_news_on"),
                    Coalesce(
                        Subquery(past_pauses.order_by("-ends_on").values("ends_on")[:1]),
                        F("last_news_on"),
                    ),
                ),
            ),
            is_unheard=Q(last_news_on__lte=F("started_on"))
            & ~Exists(ProgressLog.objects.filter(**of_this)),
            override_level=Subquery(override.values("level")[:1]),
            override=Subquery(
                override.values(
                    columns=JSONObject(
                        number="pk",
                        level="level",
                        until="until",
                        reason="reason",
                        by="made_by__full_name",
                    )
                )[:1]
            ),
            pause=Subquery(
                pause.order_by("pk").values(
                    columns=JSONObject(number="pk", until="ends_on", reason="reason")
                )[:1]
            ),
        )

    def for_list(self, today: date) -> Self:
        """With all that one row of the list shows; call it on the rows of one page, not on all."""
        next_milestone = Milestone.objects.filter(engagement=OuterRef("pk"), done_on=None).order_by(
            "planned_on", "pk"
        )
        current = LeadAppointment.objects.filter(engagement=OuterRef("pk")).current(today)
        return (
            self.select_related("beneficiary", "coordinator")
            .with_facts(today)
            .annotate(
                lead_name=Subquery(current.values("contact__full_name")[:1]),
                next_title=Subquery(next_milestone.values("title")[:1]),
                next_planned_on=Subquery(next_milestone.values("planned_on")[:1]),
                next_planned_first_on=Subquery(next_milestone.values("planned_first_on")[:1]),
            )
        )


class Engagement(Bilingual, tracking.Versioned):
    title = models.CharField(_("title"), max_length=200)
    beneficiary = models.ForeignKey(
        "crm.Organisation",
        models.PROTECT,
        related_name="engagements",
        verbose_name=_("supported organisation"),
    )
    member = models.ForeignKey(
        "crm.Organisation",
        models.PROTECT,
        related_name="supported",
        verbose_name=_("Coalition member"),
    )
    coordinator = models.ForeignKey(
        "crm.User", models.PROTECT, related_name="coordinated", verbose_name=_("coordinator")
    )
    request = models.OneToOneField(
        "crm.SupportRequest",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="engagement",
        verbose_name=_("support request"),
    )
    stage = models.CharField(
        _("stage"), max_length=12, choices=Stage, default=Stage.SCOPING, editable=False
    )
    stage_rank = models.GeneratedField(
        expression=models.Case(
            *(models.When(stage=stage, then=models.Value(place)) for stage, place in ORDER.items()),
            default=models.Value(99),
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    stage_entered_on = models.DateField(_("in this stage since"), editable=False)
    started_on = models.DateField(_("start"))
    stopped_on = models.DateField(_("stopped"), null=True, blank=True, editable=False)
    stop_reason = models.TextField(
        _("why it was stopped"), max_length=5_000, blank=True, editable=False
    )
    need = models.TextField(_("need"), max_length=10_000, blank=True)
    summary_fr = models.TextField(_("summary in French"), max_length=5_000, blank=True)
    summary_en = models.TextField(_("summary in English"), max_length=5_000, blank=True)
    running_cost_ceiling = models.DecimalField(
        _("agreed running-cost ceiling, euros a month"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1_000_000))],
        help_text=_(
            "What the organisation agrees that the solution may cost it a month once it stands alone."
        ),
    )
    stand_in = models.ForeignKey(
        "crm.Contact",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stand-in"),
        help_text=_("Who answers while there is no lead. It does not count as a lead."),
    )
    last_news_on = models.DateField(_("last news"), editable=False)

    # What with_facts() adds: days since when something has been so, or None; what stands set by hand, and the pause.
    vacant_since: date | None
    late_since: date | None
    blocked_since: date | None
    silent_since: date | None
    is_unheard: bool
    override_level: str | None
    override: dict[str, Any] | None  # both as they come out of JSON
    pause: dict[str, Any] | None
    # What for_list() adds to it.
    lead_name: str | None
    next_title: str | None
    next_planned_on: date | None
    next_planned_first_on: date | None

    search = NormalisedField(sources=["title", "need"])
    sort_title = NormalisedField(sources=["title"])

    objects = EngagementQuerySet.as_manager()
    history = tracking.history(excluded_fields=["stage_rank", "search", "sort_title"])

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        indexes = [
            models.Index(
                fields=["member", "sort_title", "id"], name="engagement_member_sort_title"
            ),
            models.Index(fields=["sort_title", "id"], name="engagement_sort_title"),
            models.Index(fields=["member", "last_news_on", "id"], name="engagement_member_news"),
            models.Index(fields=["member", "stage_rank", "id"], name="engagement_member_stage"),
        ]
        constraints = [
            models.CheckConstraint(
                name="engagement_stage_is_known",
                condition=Q(stage__in=Stage.values),
                violation_error_message=_("This stage does not exist."),
            ),
            models.CheckConstraint(
                name="engagement_stopped_on_iff_stopped",
                condition=Q(stage=Stage.STOPPED, stopped_on__isnull=False)
                | (~Q(stage=Stage.STOPPED) & Q(stopped_on__isnull=True)),
                violation_error_message=_("An engagement has a stop date only when it is stopped."),
            ),
            models.CheckConstraint(
                name="engagement_stop_has_a_reason",
                condition=~Q(stage=Stage.STOPPED) | ~Q(stop_reason=""),
                violation_error_message=_("Say why the engagement is stopped."),
            ),
            models.CheckConstraint(
                name="engagement_dates_are_plausible",
                condition=Q(started_on__gte="2000-01-01") & Q(started_on__lt="2100-01-01"),
                violation_error_message=_("Give a start date between 2000 and 2099."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("engagements:engagement-detail", args=[self.pk])

    @property
    def is_active(self) -> bool:
        return bool(MOVES[Stage(self.stage)])

    @property
    def summary(self) -> str:
        return self.in_language("summary")

    @property
    def next_slip(self) -> int | None:
        """Days that the next milestone has slipped since it was first planned; needs for_list()."""
        if self.next_planned_on is None or self.next_planned_first_on is None:
            return None
        return (self.next_planned_on - self.next_planned_first_on).days


class TeamMember(models.Model):
    """A person who is or was on the team, which opens the engagement to them; assignments of volunteers point to it."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="team")
    user = models.ForeignKey(User, models.CASCADE, related_name="teams")
    joined_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "engagement"], name="team_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.engagement}"


class GatePass(models.Model):
    """A gate that somebody with the right let the engagement pass, with the reason; shown ever after."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="gate_passes")
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    gate = models.CharField(_("gate"), max_length=40)
    sentence = ReasonField(_("what was missing"))
    reason = models.TextField(_("reason"), max_length=2_000)
    passed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    passed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("gate passed")
        verbose_name_plural = _("gates passed")
        constraints = [
            models.CheckConstraint(
                name="gate_pass_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Write the reason."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.gate}, {self.passed_at:%Y-%m-%d}"
