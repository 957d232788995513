from decimal import Decimal
from typing import Self, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.audit.reasons import InBoth

Row = TypeVar("Row", bound=models.Model)


class Bilingual:
    """`row.in_language("name")` is name_fr or name_en, whichever the reader reads; French where English is empty."""

    def in_language(self, field: str) -> str:
        if get_language() == "en":
            return getattr(self, f"{field}_en") or getattr(self, f"{field}_fr")
        return getattr(self, f"{field}_fr")

    def in_both(self, field: str) -> InBoth:
        """The same for the history, which keeps both."""
        return InBoth(
            getattr(self, f"{field}_fr"),
            getattr(self, f"{field}_en") or getattr(self, f"{field}_fr"),
        )


class BilingualQuerySet(models.QuerySet[Row]):
    def by_name(self) -> Self:
        """In the order of the alphabet of the language that the reader reads."""
        return self.order_by("sort_en" if get_language() == "en" else "sort_fr", "pk")


class Sdg(Bilingual, models.Model):
    """One of the 17 Sustainable Development Goals, with its colour and the text colour that reads on it."""

    number = models.PositiveSmallIntegerField(
        _("number"), primary_key=True, validators=[MinValueValidator(1), MaxValueValidator(17)]
    )
    name_fr = models.CharField(_("name in French"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    colour = models.CharField(
        _("colour"), max_length=7, validators=[RegexValidator(r"^#[0-9A-F]{6}$")]
    )
    text_colour = models.CharField(
        _("text colour"), max_length=7, validators=[RegexValidator(r"^#[0-9A-F]{6}$")]
    )

    class Meta:
        verbose_name = _("Sustainable Development Goal")
        verbose_name_plural = _("Sustainable Development Goals")

    def __str__(self):
        return f"{self.number}. {self.name}"

    @property
    def name(self) -> str:
        return self.in_language("name")


class LegalCategory(models.Model):
    """INSEE legal category, level III. It does not say who is SCIC, ESUS or an endowment fund."""

    code = models.CharField(
        _("code"), max_length=4, primary_key=True, validators=[RegexValidator(r"^\d{4}$")]
    )
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("legal category")
        verbose_name_plural = _("legal categories")

    def __str__(self):
        return f"{self.name} ({self.code})"


class ReferenceFigure(models.Model):
    """A dated figure of law or custom with its source: a ceiling, a rate. Never a constant in code."""

    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    value = models.DecimalField(
        _("value"), max_digits=14, decimal_places=4, validators=[MinValueValidator(Decimal(0))]
    )
    unit = models.CharField(_("unit"), max_length=30)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    confidence = models.CharField(
        _("confidence"),
        max_length=10,
        choices=[("high", _("high")), ("medium", _("medium")), ("low", _("low"))],
    )

    history = tracking.history()

    class Meta:
        verbose_name = _("reference figure")
        verbose_name_plural = _("reference figures")
        constraints = [
            models.UniqueConstraint(
                fields=["key", "valid_from"], name="reference_figure_once_a_date"
            ),
            models.CheckConstraint(
                name="reference_figure_ends_after_it_starts",
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                violation_error_message=_("A figure cannot end before it starts."),
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.valid_from}"
