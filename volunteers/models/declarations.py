from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm import audit
from crm.roles import Role


class DeclaredStatementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The company whose figures they are, and nobody else."""
        if user.is_administrator:
            return self.all()
        return self.filter(sponsor__in=user.organisations_as(Role.SPONSOR))

    def of(self, sponsor, host, year):
        """The declarations of one statement, the standing one first."""
        return self.filter(sponsor=sponsor, host=host, year=year).order_by("-number")

    def for_list(self):
        return self.select_related("sponsor", "host", "declared_by").order_by("-year", "-declared_on", "-pk")


class DeclaredStatement(models.Model):
    """A yearly statement as the company declared it, frozen. A correction is a new one that says why."""

    sponsor = models.ForeignKey("crm.Organisation", models.PROTECT, related_name="+", verbose_name=_("company"))
    host = models.ForeignKey("crm.Organisation", models.PROTECT, related_name="+", verbose_name=_("host"))
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"), help_text=_("1, then its corrections."))
    half_days = models.PositiveIntegerField(_("half-days"))
    total = models.DecimalField(_("estimation, in euros"), max_digits=14, decimal_places=2)
    paper = models.JSONField(_("what it says"))
    checksum = models.CharField(_("checksum"), max_length=64)
    reason = models.TextField(_("reason of the correction"), max_length=1_000, blank=True)
    declared_on = models.DateField(_("declared"))
    declared_by = models.ForeignKey("crm.User", models.PROTECT, related_name="+", verbose_name=_("declared by"))

    objects = DeclaredStatementQuerySet.as_manager()
    history = audit.history()

    class Meta:
        verbose_name = _("declared statement")
        verbose_name_plural = _("declared statements")
        constraints = [
            models.UniqueConstraint(fields=["sponsor", "host", "year", "number"], name="declared_once_a_number"),
            models.CheckConstraint(
                name="a_correction_says_why",
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                violation_error_message=_("Say why the declared statement is corrected."),
            ),
        ]

    def __str__(self):
        return f"{self.sponsor}, {self.year}, {self.number}"

    def get_absolute_url(self):
        return reverse("volunteers:declared-statement", args=[self.pk])
