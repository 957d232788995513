from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.text import AddressField, NormalisedField
from engagements.models.scope import OfEngagement


class Solution(tracking.Versioned):
    class Kind(models.TextChoices):
        INTERNAL = "internal", _("internal tool")
        PLATFORM = "platform", _("platform")
        EXTENSION = "extension", _("web extension")
        SITE = "site", _("site")
        APP = "app", _("mobile application")

    class Accessibility(models.TextChoices):
        UNKNOWN = "unknown", _("not audited")
        NONE = "none", _("not compliant")
        PARTIAL = "partial", _("partly compliant")
        FULL = "full", _("fully compliant")

    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="solutions"
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    url = AddressField(_("address"), max_length=300, blank=True)
    repository = AddressField(_("code repository"), max_length=300, blank=True)
    stack = models.CharField(_("made with"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    accessibility = models.CharField(
        _("accessibility (RGAA)"),
        max_length=10,
        choices=Accessibility,
        default=Accessibility.UNKNOWN,
    )

    sort_name = NormalisedField(sources=["name"])

    objects = OfEngagement.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("solution")
        verbose_name_plural = _("solutions")

    def __str__(self) -> str:
        return self.name
