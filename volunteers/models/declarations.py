from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.roles import Role
from crm.models import Organisation, User


class DeclaredStatementQuerySet(models.QuerySet["DeclaredStatement"]):
    def visible_to(self, user: User) -> Self:
        """The company whose figures they are, and nobody else."""
        if user.is_administrator:
            return self.all()
        return self.filter(sponsor__in=user.organisations_as(Role.SPONSOR))

    def of(self, sponsor: Organisation, host: Organisation, window: tuple[date, date]) -> Self:
        """The declarations of one statement, from its first day to its last, the standing one first."""
        starts_on, ends_on = window
        return self.filter(
            sponsor=sponsor, host=host, starts_on=starts_on, ends_on=ends_on
        ).order_by("-number")

    def meeting(self, window: tuple[date, date]) -> Self:
        """Those of other windows that hold some of the same days."""
        first, last = window
        return self.filter(starts_on__lte=last, ends_on__gte=first).exclude(
            starts_on=first, ends_on=last
        )

    def for_list(self) -> Self:
        return self.select_related("sponsor", "host", "declared_by").order_by(
            "-year", "-declared_on", "-pk"
        )


class DeclaredStatement(models.Model):
    """A yearly statement as the company declared it, frozen. A correction is a new one that says why."""

    sponsor = models.ForeignKey(
        "crm.Organisation", models.PROTECT, related_name="+", verbose_name=_("company")
    )
    host = models.ForeignKey(
        "crm.Organisation", models.PROTECT, related_name="+", verbose_name=_("host")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    number = models.PositiveSmallIntegerField(_("number"), help_text=_("1, then its corrections."))
    half_days = models.PositiveIntegerField(_("half-days"))
    total = models.DecimalField(_("estimation, in euros"), max_digits=14, decimal_places=2)
    paper = models.JSONField(_("what it says"))
    checksum = models.CharField(_("checksum"), max_length=64)
    reason = models.TextField(_("reason of the correction"), max_length=1_000, blank=True)
    declared_on = models.DateField(_("declared"))
    declared_by = models.ForeignKey(
        "crm.User", models.PROTECT, related_name="+", verbose_name=_("declared by")
    )

    objects = DeclaredStatementQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("declared statement")
        verbose_name_plural = _("declared statements")
        constraints = [
            models.UniqueConstraint(
                fields=["sponsor", "host", "starts_on", "ends_on", "number"],
                name="declared_once_a_number_and_period",
            ),
            models.CheckConstraint(
                name="declared_days_in_order", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="a_correction_says_why",
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                violation_error_message=_("Say why the declared statement is corrected."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sponsor}, {self.year}, {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:declared-statement", args=[self.pk])

    @property
    def window(self) -> tuple[date, date]:
        return self.starts_on, self.ends_on
