from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.roles import Role
from crm.models import User
from volunteers.models.assignments import Assignment


class AttestationQuerySet(models.QuerySet["Attestation"]):
    def visible_to(self, user: User) -> Self:
        """The person whose assignment it was, and those who run the engagement; not their company."""
        if user.is_administrator:
            return self.all()
        run = Q(assignment__engagement__member__in=user.organisations_as(Role.COORDINATOR))
        return self.filter(run | Q(assignment__volunteer__user=user))

    def standing(self) -> Self:
        return self.filter(revoked_on=None)

    def for_list(self) -> Self:
        return self.select_related(
            "assignment__volunteer__user",
            "assignment__engagement__member",
            "issued_by",
            "revoked_by",
        ).order_by("-issued_on", "-pk")


class Attestation(models.Model):
    """What a volunteer did, signed by the member and frozen: never changed, only revoked and issued anew.

    Whoever holds the paper checks it by its `code`, 256 random bits that stand on it.
    """

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="attestations", verbose_name=_("mission")
    )
    number = models.CharField(_("number"), max_length=20, unique=True)
    code = models.CharField(max_length=43, unique=True)
    language = models.CharField(
        _("language of the paper"), max_length=5, choices=settings.LANGUAGES, default="fr"
    )
    contents = models.JSONField(_("what it says"))
    checksum = models.CharField(_("checksum"), max_length=64)
    issued_on = models.DateField(_("issued"))
    issued_by = models.ForeignKey(
        "crm.User", models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    revoked_on = models.DateField(_("revoked"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        "crm.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    revoked_why = models.TextField(_("revoked because"), max_length=1_000, blank=True)

    objects = AttestationQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("attestation of mission")
        verbose_name_plural = _("attestations of mission")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(revoked_on=None),
                name="one_standing_attestation_a_mission",
                violation_error_message=_(
                    "This mission has its attestation: revoke it before you issue another."
                ),
            ),
            models.CheckConstraint(
                name="attestation_revoked_by_somebody_for_a_reason",
                condition=Q(revoked_on=None, revoked_by=None, revoked_why="")
                | (Q(revoked_on__isnull=False, revoked_by__isnull=False) & ~Q(revoked_why="")),
                violation_error_message=_("Say why it is revoked."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("volunteers:attestation-detail", args=[self.pk])

    @property
    def is_standing(self) -> bool:
        return self.revoked_on is None
