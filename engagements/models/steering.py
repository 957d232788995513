"""What a steering committee decides, fears and writes down."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm import audit
from engagements.models.scope import OfEngagement


def plausible(name, *days):
    """Each of the days lies in this century, or is not known."""
    condition = Q()
    for day in days:
        condition &= Q(**{day: None}) | Q(**{f"{day}__gte": "2000-01-01", f"{day}__lt": "2100-01-01"})
    return models.CheckConstraint(
        name=name, condition=condition, violation_error_message=_("Give a date between 2000 and 2099.")
    )


class DecisionQuerySet(OfEngagement):
    def open(self):
        return self.filter(done_on=None)

    def closed(self):
        return self.exclude(done_on=None)

    def for_list(self):
        """Those that are due first; what has no day comes last."""
        return self.select_related("owner", "engagement").order_by(
            F("due_on").asc(nulls_last=True), "-decided_on", "pk"
        )


class Decision(audit.Versioned):
    engagement = models.ForeignKey("engagements.Engagement", models.CASCADE, related_name="decisions")
    title = models.CharField(_("decision"), max_length=200)
    text = models.TextField(_("details"), max_length=5_000, blank=True)
    decided_on = models.DateField(_("decided on"))
    owner = models.ForeignKey("crm.User", models.PROTECT, related_name="+", verbose_name=_("owner"))
    due_on = models.DateField(_("to be carried out by"), null=True, blank=True)
    done_on = models.DateField(_("carried out on"), null=True, blank=True, editable=False)

    objects = DecisionQuerySet.as_manager()
    history = audit.history()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [models.Index(fields=["engagement", "due_on"], condition=Q(done_on=None), name="decision_open")]
        constraints = [
            plausible("decision_dates_are_plausible", "decided_on", "due_on", "done_on"),
            models.CheckConstraint(
                name="decision_due_after_decided",
                condition=Q(due_on=None) | Q(due_on__gte=F("decided_on")),
                violation_error_message=_("A decision cannot be due before it is taken."),
            ),
            models.CheckConstraint(
                name="decision_done_after_decided",
                condition=Q(done_on=None) | Q(done_on__gte=F("decided_on")),
                violation_error_message=_("A decision cannot be carried out before it is taken."),
            ),
        ]

    def __str__(self):
        return self.title
