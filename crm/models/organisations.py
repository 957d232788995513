from typing import Self

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.roles import Role
from crm.identifiers import validate_rna, validate_siren, validate_siret
from crm.models.people import User
from crm.text import AddressField, NormalisedField, SearchableQuerySet


class OrganisationQuerySet(SearchableQuerySet["Organisation"]):
    def active(self) -> Self:
        return self.filter(archived_at=None)

    def visible_to(self, user: User) -> Self:
        """Coordinators, the desk and administrators share one directory; anyone else sees their own organisations."""
        if user.holds(Role.ADMINISTRATOR, Role.COORDINATOR, Role.DESK):
            return self.active()
        own = set().union(*(user.organisations_as(role) for role in Role))
        return self.active().filter(pk__in=own)

    def archived_to(self, user: User) -> Self:
        """Those taken out of the directory, for whoever may put them back."""
        if user.holds(Role.ADMINISTRATOR, Role.COORDINATOR, Role.DESK):
            return self.exclude(archived_at=None).filter(merged_into=None)
        return self.none()

    def for_list(self) -> Self:
        return self.select_related("legal_category").order_by("sort_name", "pk")


class Organisation(tracking.Versioned):
    """Any party: a supported organisation, a Coalition member, a sponsor company, a funder, or several of these."""

    class EssForm(models.TextChoices):
        ASSOCIATION = "association", _("1901-law association")
        RUP = "rup", _("Association recognised as of public utility")
        FOUNDATION = "foundation", _("Foundation")
        ENDOWMENT = "endowment", _("Endowment fund")
        COOPERATIVE = "cooperative", _("Cooperative")
        SCIC = "scic", _("Multi-stakeholder cooperative (SCIC)")
        SCOP = "scop", _("Worker cooperative (SCOP)")
        MUTUAL = "mutual", _("Mutual")
        COMPANY = "company", _("Social company")
        OTHER = "other", _("Not part of the social economy")

    class GeneralInterest(models.TextChoices):
        TO_CHECK = "to-check", _("to check")
        DECLARED = "declared", _("declared by the organisation")
        RULING = "ruling", _("confirmed by a tax ruling")
        NO = "no", _("no")

    name = models.CharField(_("name"), max_length=200)
    is_beneficiary = models.BooleanField(_("supported organisation"), default=False)
    is_member = models.BooleanField(_("Coalition member"), default=False)
    is_sponsor = models.BooleanField(_("sponsor company"), default=False)
    is_funder = models.BooleanField(_("funder"), default=False)

    siren = models.CharField(
        "SIREN", max_length=9, null=True, blank=True, validators=[validate_siren]
    )
    siret = models.CharField(
        "SIRET", max_length=14, null=True, blank=True, validators=[validate_siret]
    )
    rna = models.CharField(
        "RNA",
        max_length=60,
        null=True,
        blank=True,
        validators=[validate_rna],
    )
    legal_category = models.ForeignKey(
        "crm.LegalCategory",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("INSEE legal category"),
    )
    ess_form = models.CharField(
        _("form in the social economy"), max_length=20, choices=EssForm, blank=True
    )
    is_esus = models.BooleanField(_("ESUS approval"), default=False)
    general_interest = models.CharField(
        _("general interest"),
        max_length=10,
        choices=GeneralInterest,
        default=GeneralInterest.TO_CHECK,
        help_text=_("As declared or ruled; Relais gives no tax advice."),
    )
    sdgs = models.ManyToManyField(
        "crm.Sdg", blank=True, verbose_name=_("Sustainable Development Goals")
    )
    staff_count = models.PositiveIntegerField(
        _("employees"), null=True, blank=True, validators=[MaxValueValidator(10_000_000)]
    )
    annual_budget = models.PositiveBigIntegerField(
        _("annual budget, in euros"), null=True, blank=True, validators=[MaxValueValidator(10**12)]
    )
    street = models.CharField(_("number and street"), max_length=200, blank=True)
    purpose = models.CharField(
        _("purpose in the statutes"),
        max_length=500,
        blank=True,
        help_text=_("As its statutes say; receipts and agreements quote it."),
    )
    postal_code = models.CharField(
        _("postcode"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^\d{5}$", _("A French postcode has 5 digits."))],
    )
    city = models.CharField(_("town"), max_length=100, blank=True)
    website = AddressField(_("website"), max_length=300, blank=True)
    is_fictional = models.BooleanField(_("fictional"), default=False, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("merged into"),
    )
    search = NormalisedField(sources=["name", "city", "siren", "siret", "rna"])
    sort_name = NormalisedField(sources=["name"])

    objects = OrganisationQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes = [models.Index(fields=["sort_name", "id"], name="organisation_by_sort_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["siren"],
                name="organisation_siren_once",
                violation_error_message=_("An organisation with this SIREN exists already."),
            ),
            models.UniqueConstraint(
                fields=["siret"],
                name="organisation_siret_once",
                violation_error_message=_("An organisation with this SIRET exists already."),
            ),
            models.UniqueConstraint(
                fields=["rna"],
                name="organisation_rna_once",
                violation_error_message=_("An organisation with this RNA number exists already."),
            ),
            models.CheckConstraint(
                name="organisation_siret_begins_with_its_siren",
                condition=Q(siren=None) | Q(siret=None) | Q(siret__startswith=models.F("siren")),
                violation_error_message=_("The SIRET begins with another SIREN."),
            ),
            models.CheckConstraint(
                name="organisation_identifiers_are_absent_or_filled",
                condition=~Q(siren="") & ~Q(siret="") & ~Q(rna=""),
                violation_error_message=_("An identifier is either absent or filled."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("crm:organisation-detail", args=[self.pk])

    @property
    def part_labels(self):
        """In words what it is to the Coalition: "Sponsor company", "Funder"…"""
        names = ["is_beneficiary", "is_member", "is_sponsor", "is_funder"]
        return [self._meta.get_field(name).verbose_name for name in names if getattr(self, name)]
