"""What shows that the association stands alone: drills, owners, signatures, and the checks that come after."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.roles import Role
from crm.models import Membership
from crm.models.moments import given_since_closed
from crm.text import AddressField
from engagements.models.barriers import Side
from engagements.models.leads import LeadAppointment
from engagements.models.scope import OfEngagement


class DrillQuerySet(OfEngagement["Drill"]):
    def alone(self) -> Self:
        return self.filter(outcome=Drill.Outcome.ALONE)

    def for_list(self) -> Self:
        return self.select_related("recorded_by").order_by("-done_on", "-pk")


class Drill(tracking.Versioned):
    """One try of something that the supported organisation must be able to do by itself."""

    class Kind(models.TextChoices):
        DEPLOY = "deploy", _("put a new version online")
        RESTORE = "restore", _("restore a backup")
        TEXT = "text", _("change a text")
        SECRET = "secret", _("change a password or key of the solution")
        ONBOARD = "onboard", _("give a new person access")
        OWN = "own", _("something of your own")

    class Outcome(models.TextChoices):
        ALONE = "alone", _("done alone")
        HELPED = "helped", _("done with help")
        FAILED = "failed", _("did not work")

    engagement = models.ForeignKey("engagements.Engagement", models.CASCADE, related_name="drills")
    kind = models.CharField(_("what was tried"), max_length=8, choices=Kind)
    name = models.CharField(
        _("which one"), max_length=200, blank=True, help_text=_("For something of your own.")
    )
    done_on = models.DateField(_("day"))
    done_by = models.CharField(
        _("who did it"), max_length=150, help_text=_("At the supported organisation.")
    )
    outcome = models.CharField(_("how it went"), max_length=6, choices=Outcome)
    evidence = models.TextField(
        _("what shows it"),
        max_length=2_000,
        blank=True,
        help_text=_("The version put online, the file restored, how long it took."),
    )
    evidence_url = AddressField(_("address that shows it"), max_length=300, blank=True)
    recorded_by = models.ForeignKey("crm.User", models.PROTECT, editable=False, related_name="+")

    objects = DrillQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("drill")
        verbose_name_plural = _("drills")
        indexes = [models.Index(fields=["engagement", "-done_on", "-id"], name="drill_latest")]
        constraints = [
            models.CheckConstraint(
                name="drill_of_their_own_has_a_name",
                condition=~Q(kind="own") | ~Q(name=""),
                violation_error_message=_("Say what was tried."),
            ),
            models.CheckConstraint(
                name="drill_done_alone_has_evidence",
                condition=~Q(outcome="alone") | ~Q(evidence="", evidence_url=""),
                violation_error_message=_("Say what shows that it was done alone."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class OwnershipItem(tracking.Versioned):
    """Who holds a part of the solution. Where the access is kept, never the access itself."""

    class Kind(models.TextChoices):
        DOMAIN = "domain", _("domain name")
        HOSTING = "hosting", _("hosting")
        CODE = "code", _("code")
        ACCOUNTS = "accounts", _("accounts and passwords")
        LICENCE = "licence", _("licence of the code")
        DOCUMENTATION = "documentation", _("documentation")

    class Holder(models.TextChoices):
        BENEFICIARY = "beneficiary", _("the supported organisation")
        MEMBER = "member", _("the Coalition member")
        SPONSOR = "sponsor", _("the company that lent people")
        SUPPLIER = "supplier", _("a supplier")
        PERSON = "person", _("one person alone")

    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="ownership"
    )
    kind = models.CharField(_("part"), max_length=13, choices=Kind)
    label = models.CharField(_("which one"), max_length=200)
    holder = models.CharField(_("held by"), max_length=11, choices=Holder)
    holder_name = models.CharField(_("name of the holder"), max_length=150, blank=True)
    since = models.DateField(_("since"))
    where = models.CharField(
        _("where the access is kept"),
        max_length=300,
        blank=True,
        help_text=_("“The association's password safe”, for instance. Never a password."),
    )

    objects = OfEngagement.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("owner of a part")
        verbose_name_plural = _("owners of parts")
        constraints = [
            models.CheckConstraint(
                name="ownership_names_other_holders",
                condition=Q(holder="beneficiary") | ~Q(holder_name=""),
                violation_error_message=_("Name the holder."),
            ),
            models.CheckConstraint(
                name="ownership_date_is_plausible",
                condition=Q(since__gte="2000-01-01", since__lt="2100-01-01"),
                violation_error_message=_("Give a date between 2000 and 2099."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class SignatureQuerySet(OfEngagement["Signature"]):
    def for_list(self) -> Self:
        return self.select_related("signed_by").order_by("signed_at", "pk")


class Signature(models.Model):
    """A side's word on the hand-over, for or against. Nothing is taken back: a later word stands beside it."""

    class Occasion(models.TextChoices):
        HANDOVER = "handover", _("hand-over")
        CLOSING = "closing", _("closing")

    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="signatures"
    )
    occasion = models.CharField(_("occasion"), max_length=8, choices=Occasion)
    side = models.CharField(_("for"), max_length=11, choices=Side)
    agrees = models.BooleanField(_("agrees"))
    comment = models.TextField(_("comment"), max_length=4_000, blank=True)
    name = models.CharField(_("name"), max_length=150)
    signed_by = models.ForeignKey(
        "crm.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("account"),
    )
    signed_at = models.DateTimeField(_("signed"), editable=False)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        indexes = [
            models.Index(fields=["engagement", "signed_at", "id"], name="signature_in_order")
        ]
        constraints = [
            models.CheckConstraint(
                name="signature_against_says_why",
                condition=Q(agrees=True) | ~Q(comment=""),
                violation_error_message=_(
                    "Say what you disagree with: it is shown as you write it."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_occasion_display()}"


class SurvivalCheckQuerySet(OfEngagement["SurvivalCheck"]):
    def awaited(self, today: date) -> Self:
        return self.filter(answered_on=None, due_on__lte=today)

    def for_list(self) -> Self:
        return self.order_by("due_on", "pk")


class SurvivalCheck(tracking.Versioned):
    """Asked of the organisation 3, 6, 12 and 24 months after it stands alone: does it still run, is it used?"""

    class Usage(models.TextChoices):
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every week")
        SELDOM = "seldom", _("now and then")
        NO = "no", _("no longer")

    class Keeper(models.TextChoices):
        SELVES = "selves", _("our own people")
        PARTNER = "partner", _("a partner that we pay")
        VOLUNTEERS = "volunteers", _("volunteers")
        NOBODY = "nobody", _("nobody")

    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="survival_checks"
    )
    months = models.PositiveSmallIntegerField(_("months after"), editable=False)
    due_on = models.DateField(_("due"), editable=False)
    asked_on = models.DateField(_("asked"), null=True, editable=False)
    reminded_on = models.DateField(_("reminded"), null=True, editable=False)
    answered_on = models.DateField(_("answered"), null=True, editable=False)
    answered_by = models.CharField(_("your name"), max_length=150, blank=True)
    is_running = models.BooleanField(_("it runs"), null=True, blank=True)
    usage = models.CharField(_("how often it is used"), max_length=6, choices=Usage, blank=True)
    last_release_on = models.DateField(_("last change put online"), null=True, blank=True)
    keeper = models.CharField(_("who keeps it running"), max_length=10, choices=Keeper, blank=True)
    comment = models.TextField(_("comment"), max_length=4_000, blank=True)

    objects = SurvivalCheckQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("survival check")
        verbose_name_plural = _("survival checks")
        indexes = [
            models.Index(
                fields=["due_on", "id"], condition=Q(answered_on=None), name="survival_awaited"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "months"], name="survival_check_once"),
            models.CheckConstraint(
                name="survival_answer_is_whole",
                condition=Q(answered_on=None, is_running=None, usage="", keeper="")
                | (
                    Q(answered_on__isnull=False, is_running__isnull=False)
                    & ~Q(usage="")
                    & ~Q(keeper="")
                ),
                violation_error_message=_(
                    "Answer the three questions: does it run, is it used, who keeps it."
                ),
            ),
            models.CheckConstraint(
                name="survival_asked_once_due",
                condition=Q(asked_on=None) | Q(asked_on__gte=F("due_on")),
                violation_error_message=_("A check is asked once it is due."),
            ),
        ]

    def __str__(self) -> str:
        return _("%(months)s months after") % {"months": self.months}

    @property
    def is_alive(self) -> bool | None:
        """Whether it runs and is used; None without an answer."""
        return (
            None
            if self.answered_on is None
            else bool(self.is_running and self.usage != self.Usage.NO)
        )


class EngagementLinkQuerySet(OfEngagement["EngagementLink"]):
    def live(self, at: datetime) -> Self:
        """Those neither revoked nor expired; one that was mailed to a lead ends with their appointment or account."""
        today = timezone.localdate(at)
        office = LeadAppointment.objects.filter(
            engagement=OuterRef("engagement"), contact=OuterRef("lead")
        )
        role = Membership.objects.filter(
            user=OuterRef("lead__user"),
            role=Role.LEAD,
            organisation=OuterRef("engagement__beneficiary"),
        )
        in_role = Exists(role.current()) | ~Exists(role)
        has_account = (
            Q(lead__user__is_active=True) & given_since_closed("created_at", "lead__user") & in_role
        )
        in_office = Exists(office.current(today)) & (Q(lead__user=None) | has_account)
        return self.filter(Q(lead=None) | in_office, revoked_at=None, expires_at__gt=at)


class EngagementLink(models.Model):
    """A secret address by which the organisation answers or signs without an account. Only a digest is kept."""

    class Purpose(models.TextChoices):
        SURVIVAL = "survival", _("a survival check")
        SIGNATURE = "signature", _("the signature of the hand-over")

    engagement = models.ForeignKey("engagements.Engagement", models.CASCADE, related_name="links")
    purpose = models.CharField(_("for"), max_length=9, choices=Purpose)
    check_asked = models.ForeignKey(SurvivalCheck, models.CASCADE, null=True, related_name="links")
    sent_to = models.CharField(_("sent to"), max_length=150)
    lead = models.ForeignKey(
        "crm.Contact",
        models.CASCADE,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("project lead"),
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    objects = EngagementLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of an engagement")
        verbose_name_plural = _("links of engagements")
        constraints = [
            models.CheckConstraint(
                name="link_of_a_check_has_its_check",
                condition=Q(purpose="survival", check_asked__isnull=False)
                | Q(purpose="signature", check_asked=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.sent_to}"
