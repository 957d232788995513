from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.audit.reasons import ReasonField
from crm.domain.request_states import (
    OPEN,
    Audience,
    InHouse,
    LeadTime,
    Maturity,
    RequestState,
    WaitingFor,
)
from crm.domain.roles import Role
from crm.domain.territories import territory_of
from crm.identifiers import validate_rna, validate_siren, validate_siret
from crm.models.files import KeptFile
from crm.models.files import stored_under as stored_under  # the first migration names it here
from crm.models.organisations import Organisation
from crm.models.people import User
from crm.models.reference import Bilingual
from crm.text import AddressField, NormalisedField, SearchableQuerySet


class Need(Bilingual, models.Model):
    """A kind of need, as the form offers it and as members' offers name it. The list is data, not code."""

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    name_fr = models.CharField(_("name in French"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = tracking.history()

    class Meta:
        verbose_name = _("kind of need")
        verbose_name_plural = _("kinds of need")

    def __str__(self):
        return self.in_language("name")


def barrier_field(label):
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True, validators=[MaxValueValidator(4)]
    )


class SupportRequestQuerySet(SearchableQuerySet["SupportRequest"]):
    def visible_to(self, user: User) -> Self:
        """The Coalition's desk sees all that were sent; a member's coordinators those referred to their member."""
        if user.holds(Role.ADMINISTRATOR, Role.DESK):
            return self.sent()
        referred = models.Q(referrals__member__in=user.organisations_as(Role.COORDINATOR))
        return self.sent().filter(pk__in=SupportRequest.objects.filter(referred).values("pk"))

    def sent(self) -> Self:
        return self.exclude(state=RequestState.DRAFT)

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def late(self, today: date) -> Self:
        return self.open().filter(due_on__lt=today)

    def for_list(self) -> Self:
        return self.select_related("need", "owner").order_by("due_on", "pk")


class SupportRequest(tracking.Versioned):
    """What a project holder asks of the Coalition. Identifiers are claims: they confirm nothing."""

    state = models.CharField(
        _("state"), max_length=10, choices=RequestState, default=RequestState.DRAFT, editable=False
    )
    waiting_for = models.CharField(
        _("waiting for"),
        max_length=10,
        choices=WaitingFor,
        default=WaitingFor.HOLDER,
        editable=False,
    )
    owner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="owned_requests",
        verbose_name=_("owner"),
    )
    waiting_since = models.DateField(_("waiting since"), null=True, blank=True, editable=False)
    due_on = models.DateField(_("due"), null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("begun"), editable=False)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    first_answer_at = models.DateTimeField(_("first answer"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="accepted_requests",
        verbose_name=_("accepted by"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    state_before_merge = models.CharField(max_length=10, blank=True, default="", editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="support_requests",
        verbose_name=_("organisation in the directory"),
    )
    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", _("French")), ("en", _("English"))]
    )
    network = models.CharField(max_length=64, blank=True, editable=False)
    is_address_confirmed = models.BooleanField(_("e-mail confirmed"), default=False, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)

    contact_name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    name = models.CharField(_("name of the organisation"), max_length=200, blank=True)
    siren = models.CharField(
        "SIREN", max_length=9, null=True, blank=True, validators=[validate_siren]
    )
    siret = models.CharField(
        "SIRET", max_length=14, null=True, blank=True, validators=[validate_siret]
    )
    rna = models.CharField("RNA", max_length=60, null=True, blank=True, validators=[validate_rna])
    ess_form = models.CharField(
        _("legal form"), max_length=20, choices=Organisation.EssForm, blank=True
    )
    website = AddressField(_("website"), max_length=300, blank=True)
    postal_code = models.CharField(
        _("postcode"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^\d{5}$", _("A French postcode has 5 digits."))],
    )
    city = models.CharField(_("town"), max_length=100, blank=True)
    staff_count = models.PositiveIntegerField(
        _("employees"), null=True, blank=True, validators=[MaxValueValidator(10_000_000)]
    )
    annual_budget = models.PositiveBigIntegerField(
        _("annual budget, in euros"), null=True, blank=True, validators=[MaxValueValidator(10**12)]
    )
    need = models.ForeignKey(
        Need, models.PROTECT, null=True, blank=True, verbose_name=_("kind of need")
    )
    need_text = models.TextField(_("your need, in your words"), max_length=5_000, blank=True)
    audience = models.CharField(
        _("who would use the tool"), max_length=15, choices=Audience, blank=True
    )
    sdgs = models.ManyToManyField(
        "crm.Sdg", blank=True, verbose_name=_("Sustainable Development Goals")
    )
    maturity = models.CharField(
        _("where the project stands"), max_length=10, choices=Maturity, blank=True
    )
    lead = models.CharField(
        _("somebody at your organisation to lead the project"),
        max_length=10,
        choices=LeadTime,
        blank=True,
    )
    skills = models.CharField(
        _("digital skills in house"), max_length=10, choices=InHouse, blank=True
    )
    running_budget = models.DecimalField(
        _("what you could pay a month to keep it running, in euros"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1_000_000)],
    )
    barrier_culture = barrier_field(_("culture"))
    barrier_expertise = barrier_field(_("expertise"))
    barrier_finance = barrier_field(_("money"))
    barrier_time = barrier_field(_("time"))
    more = models.TextField(_("anything else"), max_length=5_000, blank=True)
    search = NormalisedField(
        sources=["name", "contact_name", "email", "city", "siren", "siret", "rna", "phone"]
    )
    sort_name = NormalisedField(sources=["name"])

    objects = SupportRequestQuerySet.as_manager()
    history = tracking.history(
        excluded_fields=["search", "sort_name", "network"],
        reason=ReasonField(null=True, blank=True),
    )

    class Meta:
        verbose_name = _("support request")
        verbose_name_plural = _("support requests")
        indexes = [
            models.Index(fields=["due_on", "id"], name="request_due"),
            models.Index(fields=["state", "due_on", "id"], name="request_state_due"),
            models.Index(fields=["email", "mailed_at"], name="request_by_address"),
            models.Index(fields=["network", "started_at"], name="request_by_network"),
        ]
        constraints = [
            models.CheckConstraint(
                name="request_state_is_known",
                condition=Q(state__in=RequestState.values),
                violation_error_message=_("This state does not exist."),
            ),
            models.CheckConstraint(
                name="request_open_has_a_next_date",
                condition=Q(state__in=OPEN, due_on__isnull=False, waiting_since__isnull=False)
                | (~Q(state__in=OPEN) & Q(due_on__isnull=True)),
                violation_error_message=_(
                    "An open request has a next date, a closed one has none."
                ),
            ),
            models.CheckConstraint(
                name="request_sent_iff_no_draft",
                condition=Q(state=RequestState.DRAFT, submitted_at__isnull=True)
                | (~Q(state=RequestState.DRAFT) & Q(submitted_at__isnull=False)),
                violation_error_message=_("A request was sent unless it is a draft."),
            ),
            models.CheckConstraint(
                name="request_merged_iff_into_another",
                condition=Q(state=RequestState.MERGED, merged_into__isnull=False)
                | (~Q(state=RequestState.MERGED) & Q(merged_into__isnull=True)),
                violation_error_message=_("A merged request points to the one it was merged into."),
            ),
            models.CheckConstraint(
                name="request_accepted_iff_by_a_member",
                condition=Q(state=RequestState.ACCEPTED, accepted_by__isnull=False)
                | (~Q(state=RequestState.ACCEPTED) & Q(accepted_by__isnull=True)),
                violation_error_message=_("An accepted request names the member that accepted it."),
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.name}".strip()

    def get_absolute_url(self):
        return reverse("crm:request-detail", args=[self.pk])

    @property
    def reference(self) -> str:
        """How people name it on the telephone: "D-2026-17"."""
        return f"D-{self.started_at:%Y}-{self.pk}"

    @property
    def is_open(self):
        return self.state in OPEN

    @property
    def department(self):
        """ "93", "2A", or "974" overseas; "" where the postcode is not known."""
        return territory_of(self.postal_code)


class RequestEntry(models.Model):
    """One line of a request's open file, which its holder reads. Written once, never changed."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        QUALIFIED = "qualified", _("Read by the Coalition's desk")
        REFERRED = "referred", _("Proposed to a member")
        QUESTION = "question", _("Question")
        ANSWER = "answer", _("Answer")
        FACT = "fact", _("Added")
        DECLINED = "declined", _("Declined")
        TAKEN_BACK = "taken-back", _("Taken back by the desk")
        ACCEPTED = "accepted", _("Taken on")
        NOBODY = "nobody", _("No member fits")
        REOPENED = "reopened", _("Taken up again")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        MERGED = "merged", _("Merged with another request of yours")

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="entries")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    member = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_from_holder = models.BooleanField(default=False)
    text = models.TextField(_("text"), max_length=5_000, blank=True)

    class Meta:
        verbose_name = _("entry of a request")
        verbose_name_plural = _("entries of requests")
        indexes = [models.Index(fields=["request", "at", "id"], name="request_entries")]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d}"


class RequestNote(models.Model):
    """An internal note of the desk. In a table of its own, so that no page of the holder can show it by accident."""

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="notes")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    text = models.TextField(_("note"), max_length=5_000)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")

    def __str__(self):
        return self.text[:60]


class Attachment(KeptFile):
    FOLDER = "requests"

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="attachments")
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "digest"],
                name="attachment_once_a_request",
                violation_error_message=_("This file is attached already."),
            )
        ]


class SecretLink(models.Model):
    """What opens a request without an account. The secret itself is never stored, only its digest."""

    class Purpose(models.TextChoices):
        BROWSER = "browser", _("the browser it was begun in")
        MAIL = "mail", _("sent to the holder")
        MEMBER = "member", _("sent to a member")

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="links")
    referral = models.ForeignKey(
        "crm.Referral", models.CASCADE, null=True, blank=True, related_name="links"
    )
    purpose = models.CharField(_("for"), max_length=10, choices=Purpose)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("secret link")
        verbose_name_plural = _("secret links")
        constraints = [
            models.CheckConstraint(
                name="link_of_a_member_has_its_referral",
                condition=Q(purpose="member", referral__isnull=False)
                | (~Q(purpose="member") & Q(referral=None)),
            )
        ]

    def __str__(self):
        return f"{self.request}, {self.get_purpose_display()}"
