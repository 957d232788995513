from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.formatting import day_text, number
from crm.models import Bilingual
from impact.models.indicators import Metric
from impact.models.scope import OfReportedMetric


class ClaimQuerySet(OfReportedMetric["Claim"]):
    pass


class Claim(Bilingual, models.Model):
    """A multiplier that somebody stated in public, with what is missing to recompute it."""

    class Kind(models.TextChoices):
        VOLUME = "volume", _("volume")
        PER_TIME = "per-time", _("per time")
        PER_PERSON = "per-person", _("per person")
        COST = "cost", _("cost per result")

    metric = models.ForeignKey(Metric, models.CASCADE, related_name="claims")
    value = models.DecimalField(
        _("multiplier stated"),
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0))],
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    stated_on = models.DateField(_("stated"))
    statement_fr = models.TextField(_("words in French"))
    statement_en = models.TextField(_("words in English"), blank=True)
    source = models.CharField(_("source"), max_length=300)
    is_baseline_supplied = models.BooleanField(_("the baseline was supplied"), default=False)

    objects = ClaimQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self):
        return f"{number(self.value)}, {day_text(self.stated_on)}"

    @property
    def statement(self) -> str:
        return self.in_language("statement")
