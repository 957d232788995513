from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.request_states import Audience, DeclineReason, LeadTime, Maturity
from crm.domain.roles import Role
from crm.domain.territories import TERRITORIES
from crm.models.organisations import Organisation
from crm.models.people import User
from crm.models.reference import Bilingual
from crm.models.requests import SupportRequest


def codes_field(label, help_text=""):
    """A list of codes in one column, so that history shows what was taken in and out; empty is "all"."""
    return models.JSONField(label, default=list, blank=True, help_text=help_text)


class MemberOfferQuerySet(models.QuerySet["MemberOffer"]):
    def visible_to(self, user: User) -> Self:
        """The desk reads every member's offer, coordinators their own member's."""
        if user.holds(Role.ADMINISTRATOR, Role.DESK):
            return self.all()
        return self.filter(member__in=user.organisations_as(Role.COORDINATOR))

    def for_list(self) -> Self:
        return self.select_related("member").order_by("member__sort_name", "pk")


class MemberOffer(Bilingual, tracking.Versioned):
    """What a Coalition member accepts; each member keeps its own. An empty list accepts all."""

    class Lead(models.TextChoices):
        ANY = "", _("no condition")
        PART_TIME = LeadTime.PART_TIME.value, _("part of somebody's time at least")
        FULL_TIME = LeadTime.FULL_TIME.value, _("a full-time project lead")

    member = models.OneToOneField(
        Organisation,
        models.PROTECT,
        related_name="offer",
        verbose_name=_("Coalition member"),
        editable=False,
    )
    is_open = models.BooleanField(_("open to requests"), default=True)
    places = models.PositiveSmallIntegerField(
        _("places left"),
        default=1,
        validators=[MaxValueValidator(999)],
        help_text=_("Each acceptance takes one."),
    )
    needs = codes_field(_("needs"))
    audiences = codes_field(_("who would use the tool"))
    ess_forms = codes_field(_("legal forms"))
    maturities = codes_field(_("where the project stands"))
    departments = codes_field(
        _("territories"), _("Department numbers, such as 75 2A 974. Empty: all of France.")
    )
    goals = codes_field(
        _("Sustainable Development Goals"),
        _("A shared goal counts for a request; none excludes it."),
    )
    lead = models.CharField(
        _("project lead at the organisation"), max_length=10, choices=Lead, blank=True
    )
    staff_min = models.PositiveIntegerField(_("employees, at least"), null=True, blank=True)
    staff_max = models.PositiveIntegerField(_("employees, at most"), null=True, blank=True)
    budget_min = models.PositiveBigIntegerField(
        _("annual budget in euros, at least"), null=True, blank=True
    )
    budget_max = models.PositiveBigIntegerField(
        _("annual budget in euros, at most"), null=True, blank=True
    )
    running_min = models.DecimalField(
        _("running costs that the organisation can bear, euros a month"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1_000_000)],
    )
    lends_sponsored_teams = models.BooleanField(
        _("works with teams lent by sponsor companies"), default=False
    )
    asks_fr = models.TextField(
        _("what it asks of the project holder, in French"), max_length=2_000, blank=True
    )
    asks_en = models.TextField(
        _("what it asks of the project holder, in English"), max_length=2_000, blank=True
    )
    email = models.EmailField(
        _("e-mail for proposals"),
        blank=True,
        help_text=_("Who has no account answers by the link in these mails."),
    )

    objects = MemberOfferQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("offer of a member")
        verbose_name_plural = _("offers of members")
        constraints = [
            models.CheckConstraint(
                name="offer_staff_in_order",
                condition=Q(staff_min=None) | Q(staff_max=None) | Q(staff_max__gte=F("staff_min")),
                violation_error_message=_("The most cannot be below the least."),
            ),
            models.CheckConstraint(
                name="offer_budget_in_order",
                condition=Q(budget_min=None)
                | Q(budget_max=None)
                | Q(budget_max__gte=F("budget_min")),
                violation_error_message=_("The most cannot be below the least."),
            ),
        ]

    def __str__(self):
        return str(self.member)

    def get_absolute_url(self):
        return reverse("crm:offer-change", args=[self.pk])

    @property
    def asks(self):
        return self.in_language("asks")

    def clean_fields(self, exclude=None):
        """Only known codes: the form offers them, and the API or a command must not bring in others."""
        super().clean_fields(exclude)
        allowed = {
            "audiences": Audience.values[:2],
            "ess_forms": Organisation.EssForm.values,
            "maturities": Maturity.values,
        }
        for field, codes in allowed.items():
            if not set(getattr(self, field)) <= set(codes):
                raise ValidationError({field: _("One of these choices does not exist.")})
        if wrong := [str(code)[:10] for code in self.departments if code not in TERRITORIES]:
            sentence = _("No department has this number: %(codes)s.")
            raise ValidationError(
                {"departments": ValidationError(sentence, params={"codes": ", ".join(wrong[:5])})}
            )


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: User) -> Self:
        """The desk sees all; a member's coordinators their own."""
        if user.holds(Role.ADMINISTRATOR, Role.DESK):
            return self.all()
        return self.filter(member__in=user.organisations_as(Role.COORDINATOR))

    def open(self) -> Self:
        return self.filter(state=Referral.State.PROPOSED)

    def for_list(self) -> Self:
        return self.select_related("request__need", "member").order_by("due_on", "pk")


class Referral(models.Model):
    """The proposal of one request to one member, with what spoke for and against on that day."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("taken on")
        DECLINED = "declined", _("declined")
        TAKEN_BACK = "taken-back", _("taken back")

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="referrals")
    member = models.ForeignKey(Organisation, models.PROTECT, related_name="referrals")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    score = models.PositiveSmallIntegerField(_("score"))
    failures = models.JSONField(default=list, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    missing = models.JSONField(default=list, blank=True)
    override_reason = models.TextField(_("why, against the ranking"), max_length=2_000, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    due_on = models.DateField(_("answer due"))
    reminded_on = models.DateField(_("reminded"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decline_reason = models.CharField(_("reason"), max_length=10, choices=DeclineReason, blank=True)
    decline_text = models.TextField(_("in words"), max_length=2_000, blank=True)

    objects = ReferralQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        indexes = [models.Index(fields=["member", "state", "due_on"], name="referral_of_member")]
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(state="proposed"),
                name="referral_one_open_a_request",
                violation_error_message=_("This request is proposed to a member already."),
            ),
            models.CheckConstraint(
                name="referral_answered_iff_not_proposed",
                condition=Q(state="proposed", answered_at=None)
                | (~Q(state="proposed") & Q(answered_at__isnull=False)),
                violation_error_message=_("A referral is either open or answered."),
            ),
            models.CheckConstraint(
                name="referral_declined_with_a_reason",
                condition=Q(state="declined", decline_reason__in=DeclineReason.values)
                | (~Q(state="declined") & Q(decline_reason="")),
                violation_error_message=_("Give the reason."),
            ),
        ]

    def __str__(self):
        return f"{self.request}, {self.member}"
