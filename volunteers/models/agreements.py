from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm import audit
from crm.models import Organisation
from crm.roles import Role
from volunteers.models.volunteers import Volunteer


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The company's contacts, the host's coordinators, and the person whom it is about."""
        if user.is_administrator:
            return self.all()
        return self.filter(
            Q(host__in=user.organisations_as(Role.COORDINATOR))
            | Q(sponsor__in=user.organisations_as(Role.SPONSOR))
            | Q(volunteer__user=user)
        )

    def loans(self):
        return self.filter(form=SponsorshipAgreement.Form.LOAN)

    def for_list(self):
        return self.select_related("sponsor", "host", "volunteer__user").order_by("-starts_on", "pk")


class SponsorshipAgreement(audit.Versioned):
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

    sponsor = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("sponsor company"))
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("host"))
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("person lent")
    )
    form = models.CharField(_("legal form"), max_length=20, choices=Form, default=Form.LOAN)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    objects = AgreementQuerySet.as_manager()
    history = audit.history()

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
        ]

    def __str__(self):
        return f"{self.sponsor} → {self.host}"
