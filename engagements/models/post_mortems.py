from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.text import NormalisedField, SearchableQuerySet
from engagements.models.scope import OfEngagement

TEXTS = ("what_happened", "what_we_learned", "what_we_would_do")


# The type checker gives as_manager() of each queryset a type of its own, so that two bases never agree on it.
class PostMortemQuerySet(  # type: ignore[override]
    SearchableQuerySet["PostMortem"], OfEngagement["PostMortem"]
):
    searched = ("search", "engagement__search")

    def for_list(self) -> Self:
        return self.select_related("engagement__beneficiary", "written_by").order_by(
            "-written_on", "-pk"
        )


class PostMortem(tracking.Versioned):
    """What one learns from an engagement that was stopped; without it none is."""

    engagement = models.OneToOneField(
        "engagements.Engagement", models.CASCADE, related_name="post_mortem"
    )
    what_happened = models.TextField(_("what happened"), max_length=10_000)
    what_we_learned = models.TextField(_("what we learned"), max_length=10_000)
    what_we_would_do = models.TextField(_("what we would do another time"), max_length=10_000)
    written_by = models.ForeignKey(
        "crm.User", models.PROTECT, related_name="+", editable=False, verbose_name=_("written by")
    )
    written_on = models.DateField(_("written on"), editable=False)
    search = NormalisedField(sources=TEXTS)

    objects = PostMortemQuerySet.as_manager()
    history = tracking.history(excluded_fields=["search"])

    class Meta:
        verbose_name = _("post-mortem")
        verbose_name_plural = _("post-mortems")
        indexes = [models.Index(fields=["-written_on", "-id"], name="post_mortem_newest")]
        constraints = [
            models.CheckConstraint(
                name="post_mortem_says_all_three",
                condition=~Q(what_happened="") & ~Q(what_we_learned="") & ~Q(what_we_would_do=""),
                violation_error_message=_(
                    "Write what happened, what was learned and what one would do another time."
                ),
            )
        ]

    def __str__(self) -> str:
        return str(self.engagement)
