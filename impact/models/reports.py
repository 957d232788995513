from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.roles import Role
from crm.models import Membership, User
from crm.models.moments import given_since_closed
from engagements.models import Engagement
from impact.models.funding import Funding
from impact.models.scope import OfReportedEngagement, funded_by


class ImpactReportQuerySet(OfReportedEngagement["ImpactReport"]):
    def for_list(self) -> Self:
        return self.select_related("engagement__beneficiary", "engagement__member").order_by(
            "-published_on", "-pk"
        )

    def without_word(self) -> Self:
        return self.filter(word_on=None)


class ImpactReport(models.Model):
    """What was measured, frozen on a day, with the definitions and the method: never changed.

    What is corrected afterwards is shown beside it. Whoever holds the paper checks it by its `code`, 256 random bits.
    """

    engagement = models.ForeignKey(
        "engagements.Engagement",
        models.PROTECT,
        related_name="impact_reports",
        verbose_name=_("engagement"),
    )
    number = models.CharField(_("number"), max_length=20, unique=True)
    code = models.CharField(max_length=43, unique=True)
    contents = models.JSONField(_("what it says"))
    checksum = models.CharField(_("checksum"), max_length=64)
    published_on = models.DateField(_("published"))
    published_by = models.ForeignKey(
        "crm.User", models.PROTECT, related_name="+", verbose_name=_("published by")
    )
    word_agrees = models.BooleanField(_("the beneficiary agrees"), null=True, editable=False)
    word_comment = models.TextField(
        _("comment of the beneficiary"), max_length=2_000, blank=True, editable=False
    )
    word_on = models.DateField(_("answered"), null=True, editable=False)
    word_by = models.ForeignKey(
        "crm.User",
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("answered by"),
    )

    objects = ImpactReportQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("impact report")
        verbose_name_plural = _("impact reports")
        indexes = [
            models.Index(fields=["engagement", "published_on", "id"], name="report_of_engagement")
        ]
        constraints = [
            models.CheckConstraint(
                name="report_word_is_whole",
                condition=Q(word_on=None, word_by=None, word_agrees=None, word_comment="")
                | Q(word_on__isnull=False, word_by__isnull=False, word_agrees__isnull=False),
            ),
            models.CheckConstraint(
                name="report_disagreement_says_why",
                condition=Q(word_agrees=None) | Q(word_agrees=True) | ~Q(word_comment=""),
                violation_error_message=_(
                    "Say what you disagree with: it is shown as you write it."
                ),
            ),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("impact:report-detail", args=[self.pk])


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def visible_to(self, user: User) -> Self:
        """Whoever runs the engagement sees every link; anyone else the links they made and may still make."""
        if user.is_administrator:
            return self.all()
        run = Q(report__engagement__in=Engagement.objects.run_by(user))
        if not user.holds(Role.FUNDER):
            return self.filter(run)
        return self.filter(run | Q(made_by=user, report__engagement__in=funded_by(user)))

    def live(self, at: datetime) -> Self:
        """Those that open: neither revoked nor expired, and whoever made them could make them again."""
        may_share = _may_share(timezone.localdate(at))
        since_closed = given_since_closed("made_at", "made_by")
        return self.filter(
            Exists(may_share),
            since_closed,
            made_by__is_active=True,
            revoked_at=None,
            expires_at__gt=at,
        )

    def for_list(self, at: datetime) -> Self:
        return (
            self.select_related("made_by", "revoked_by")
            .annotate(
                view_count=models.Count("views"),
                last_read_at=models.Max("views__at"),
                opens=Exists(ShareLink.objects.live(at).filter(pk=OuterRef("pk"))),
            )
            .order_by("-made_at", "-pk")
        )


def _may_share(today: date) -> models.QuerySet[Membership]:
    """The roles by which the maker of a link may share its report: `impact.permissions.can_share_report` as a query."""
    engagement = OuterRef("report__engagement")
    funders = (
        Funding.objects.running(today).filter(engagement=OuterRef(engagement)).values("funder")
    )
    return (
        Membership.objects.current()
        .filter(user=OuterRef("made_by"))
        .filter(
            Q(role=Role.ADMINISTRATOR)
            | Q(role=Role.COORDINATOR, organisation=OuterRef("report__engagement__member"))
            | Q(role=Role.FUNDER, organisation__in=funders)
        )
    )


class ShareLink(models.Model):
    """A secret address at which one report is read without an account. Only a digest is kept."""

    report = models.ForeignKey(
        ImpactReport, models.CASCADE, related_name="links", verbose_name=_("report")
    )
    sent_to = models.CharField(
        _("for whom"), max_length=150, help_text=_("So that you know which link to revoke.")
    )
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        "crm.User", models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey(
        "crm.User", models.PROTECT, null=True, related_name="+", verbose_name=_("revoked by")
    )

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to a report")
        verbose_name_plural = _("links to reports")
        constraints = [
            models.CheckConstraint(
                name="share_link_expires_later", condition=Q(expires_at__gt=F("made_at"))
            ),
            models.CheckConstraint(  # those revoked before names were kept have none
                name="share_link_live_has_no_revoker",
                condition=Q(revoked_by=None) | Q(revoked_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.report}, {self.sent_to}"


class ShareView(models.Model):
    """Somebody read the report by the link: the moment, and nothing about them."""

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="views")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        indexes = [models.Index(fields=["link", "at"], name="readings_of_link")]

    def __str__(self):
        return f"{self.link}, {self.at}"
