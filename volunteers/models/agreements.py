from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.audit.reasons import ReasonField
from crm.domain.roles import Role
from crm.models import Organisation, User
from engagements.models import Engagement
from volunteers.models.volunteers import Volunteer


class AgreementQuerySet(models.QuerySet["SponsorshipAgreement"]):
    def visible_to(self, user: User) -> Self:
        """The company's contacts, the host's coordinators, and the person whom it is about."""
        if user.is_administrator:
            return self.all()
        return self.filter(
            Q(host__in=user.organisations_as(Role.COORDINATOR))
            | Q(sponsor__in=user.organisations_as(Role.SPONSOR))
            | Q(volunteer__user=user)
        )

    def loans(self) -> Self:
        """Of those forms whose length the law limits (L8241-3)."""
        return self.filter(form=SponsorshipAgreement.Form.LOAN)

    def signed(self) -> Self:
        return self.filter(sponsor_signed_on__isnull=False, host_signed_on__isnull=False)

    def unsigned(self) -> Self:
        return self.filter(Q(sponsor_signed_on=None) | Q(host_signed_on=None))

    def with_last_day(self) -> Self:
        """`stops_on` is the day on which it ends, or was ended before: `last_day` as a column."""
        return self.alias(stops_on=Coalesce("ended_on", "ends_on"))

    def running(self, today: date) -> Self:
        signed = self.signed().with_last_day().exclude(self.left_by_company(today))
        return signed.filter(starts_on__lte=today, stops_on__gte=today)

    def over(self, today: date) -> Self:
        over = Q(stops_on__lt=today) | self.left_by_company(today)
        return self.signed().with_last_day().filter(over)

    @staticmethod
    def left_by_company(today: date) -> Q:
        """The condition that the person works for another company since a day of it that has come, and that ends it."""
        change = "volunteer__coming_company"
        return Q(
            **{f"{change}__starts_on__lte": Least(Value(today), F("ends_on"))},
            **{f"{change}__starts_on__gt": F("starts_on")},
            ended_on=None,
        )

    def with_person(self) -> Self:
        """All that `last_day` reads."""
        return self.select_related("volunteer__coming_company")

    def for_list(self) -> Self:
        return (
            self.with_person()
            .select_related("sponsor", "host", "volunteer__user", "engagement__beneficiary")
            .order_by("-starts_on", "pk")
        )


class SponsorshipAgreement(tracking.Versioned):
    """What a company and a host agree on: the loan of one person, or a service (facts of law: docs, labour code)."""

    class Form(models.TextChoices):
        LOAN = "loan-l8241-3", _("loan of staff (Labour Code, L8241-3)")
        GENERAL_LOAN = "loan-l8241-2", _("loan of staff (Labour Code, L8241-2)")
        SERVICE = "service", _("service")
        CIVIL_SERVANT = "civil-servant", _("civil servants' scheme (3DS law)")

    class Purpose(models.TextChoices):
        """The three of L8241-3."""

        QUALIFICATION = "qualification", _("improve the workforce's qualification")
        TRANSITION = "transition", _("favour professional transitions")
        PARTNERSHIP = "partnership", _("build a business or common-interest partnership")

    sponsor = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("sponsor company")
    )
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("host"))
    volunteer = models.ForeignKey(
        Volunteer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("person lent"),
    )
    form = models.CharField(_("legal form"), max_length=20, choices=Form, default=Form.LOAN)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    engagement = models.ForeignKey(
        Engagement,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("engagement"),
    )
    sponsor_representative = models.CharField(
        _("represented, for the company, by"), max_length=150, blank=True
    )
    sponsor_capacity = models.CharField(_("in their capacity as"), max_length=150, blank=True)
    host_representative = models.CharField(
        _("represented, for the host, by"), max_length=150, blank=True
    )
    host_capacity = models.CharField(_("in their capacity as"), max_length=150, blank=True)
    qualification = models.CharField(_("qualification"), max_length=200, blank=True)
    missions = models.TextField(_("missions entrusted"), max_length=4_000, blank=True)
    costs = models.TextField(
        _("wages, charges and expenses invoiced"),
        max_length=1_000,
        blank=True,
        help_text=_(
            "How they are determined, in words; “nothing is invoiced” where it is free of charge."
        ),
    )
    place = models.CharField(_("place and hours"), max_length=300, blank=True)
    has_return = models.BooleanField(
        _("way back to the post, no sanction for a refusal"), default=False
    )
    has_conditions = models.BooleanField(
        _("who answers for the working conditions (L1251-21)"), default=False
    )
    has_amendment = models.BooleanField(
        _("signed amendment to the employment contract"), default=False
    )
    has_insurance = models.BooleanField(_("insurance and accidents"), default=False)
    has_confidentiality = models.BooleanField(_("confidentiality"), default=False)
    has_ownership = models.BooleanField(_("who owns what is made, who maintains it"), default=False)
    has_personal_data = models.BooleanField(_("personal data"), default=False)
    has_ending = models.BooleanField(_("how it may be ended early"), default=False)
    particular_terms = models.TextField(
        _("particular terms"),
        max_length=4_000,
        blank=True,
        help_text=_(
            "What you agree on besides, or otherwise than the clauses below say: it comes before them."
        ),
    )
    consent_on = models.DateField(_("employee's written agreement"), null=True, editable=False)
    sponsor_signatory = models.CharField(
        _("signed for the company by"), max_length=150, blank=True, editable=False
    )
    sponsor_signed_on = models.DateField(_("signed by the company"), null=True, editable=False)
    host_signatory = models.CharField(
        _("signed for the host by"), max_length=150, blank=True, editable=False
    )
    host_signed_on = models.DateField(_("signed by the host"), null=True, editable=False)
    ended_on = models.DateField(_("ended early"), null=True, editable=False)
    end_reason = ReasonField(_("why it ended early"), max_length=1_000, blank=True, editable=False)

    objects = AgreementQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("sponsorship agreement")
        verbose_name_plural = _("sponsorship agreements")
        constraints = [
            models.CheckConstraint(
                name="agreement_dates_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day cannot come before the first."),
            ),
            models.CheckConstraint(
                name="agreement_dates_are_plausible",
                condition=Q(starts_on__gte="2000-01-01", ends_on__lt="2100-01-01"),
                violation_error_message=_("Give dates between 2000 and 2099."),
            ),
            models.CheckConstraint(
                name="agreement_signed_by_somebody",
                condition=(
                    Q(sponsor_signed_on=None, sponsor_signatory="") | ~Q(sponsor_signatory="")
                )
                & (Q(host_signed_on=None, host_signatory="") | ~Q(host_signatory="")),
            ),
            models.CheckConstraint(
                name="agreement_ends_early_with_a_reason_once_signed",
                condition=Q(ended_on=None, end_reason="")
                | Q(
                    ~Q(end_reason=""),
                    ended_on__gte=F("starts_on"),
                    ended_on__lte=F("ends_on"),
                    sponsor_signed_on__isnull=False,
                    host_signed_on__isnull=False,
                ),
                violation_error_message=_(
                    "A signed agreement ends early within its dates, with a reason."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sponsor} → {self.host}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:agreement-detail", args=[self.pk])

    @property
    def is_signed(self) -> bool:
        return self.sponsor_signed_on is not None and self.host_signed_on is not None

    @property
    def is_touched(self) -> bool:
        """Somebody has put their name to it: from then on its words stand."""
        return any((self.sponsor_signed_on, self.host_signed_on, self.consent_on))

    @property
    def ends_early_on(self) -> date | None:
        """The last day where it ended or ends before its time; a change of company ends it on the day before.

        Read it `with_person`.
        """
        if self.ended_on is not None or not self.is_signed or self.volunteer is None:
            return self.ended_on
        coming = getattr(self.volunteer, "coming_company", None)
        if coming is None or coming.starts_on > min(timezone.localdate(), self.ends_on):
            return None
        return coming.starts_on - timedelta(days=1) if coming.starts_on > self.starts_on else None

    @property
    def last_day(self) -> date:
        return self.ends_early_on or self.ends_on
