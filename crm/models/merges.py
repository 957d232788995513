from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.models.people import User


class Subject(models.TextChoices):
    """What can be merged; accounts cannot."""

    ORGANISATION = "organisation", _("organisation")
    CONTACT = "contact", _("contact")


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, user: User) -> Self:
        """Administrators see all; whoever did one sees it as long as they head a member."""
        if user.is_administrator:
            return self.all()
        return self.filter(by=user) if user.heads else self.none()

    def standing(self) -> Self:
        return self.filter(undone_at=None)

    def for_list(self) -> Self:
        return self.select_related("by", "undone_by").order_by("-at", "-pk")


class Merge(models.Model):
    """Two rows that became one: what moved, what was filled in, so that it can be undone for a while.

    `moved` is {relation: [keys]}, `filled` {column of the kept one: [before, after]}, `taken` the columns of the other
    that it gave away with their values, `goals` the numbers of goals that were added, `ended` {relation: {key: day}}
    and `gone` {relation: [values of each row]} the twins.
    """

    UNDONE_WITHIN = timedelta(days=30)

    subject = models.CharField(_("what"), max_length=12, choices=Subject, editable=False)
    kept = models.PositiveBigIntegerField(editable=False)
    absorbed = models.PositiveBigIntegerField(editable=False)
    absorbed_name = models.CharField(_("merged"), max_length=200, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), editable=False)
    moved = models.JSONField(default=dict, editable=False)
    filled = models.JSONField(default=dict, editable=False)
    taken = models.JSONField(default=dict, editable=False)
    goals = models.JSONField(default=list, editable=False)
    ended = models.JSONField(default=dict, editable=False)
    gone = models.JSONField(default=dict, editable=False)
    undone_at = models.DateTimeField(_("undone"), null=True, editable=False)
    undone_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("undone by"),
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        indexes = [models.Index(fields=["subject", "kept"], name="merge_of_kept")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "absorbed"],
                condition=Q(undone_at=None),
                name="merged_once",
                violation_error_message=_("This one is merged already."),
            ),
            models.CheckConstraint(name="merge_of_two", condition=~Q(kept=F("absorbed"))),
        ]

    def __str__(self) -> str:
        return self.absorbed_name

    @property
    def undone_until(self) -> datetime:
        return self.at + self.UNDONE_WITHIN

    def can_be_undone(self, at: datetime) -> bool:
        return self.undone_at is None and at <= self.undone_until


class KeptApartQuerySet(models.QuerySet["KeptApart"]):
    def visible_to(self, user: User) -> Self:
        """A mark on the list of likely duplicates; nobody opens one by itself."""
        return self.none()

    def pairs(self, subject: str) -> set[tuple[int, int]]:
        return set(self.filter(subject=subject).values_list("first", "second"))


class KeptApart(models.Model):
    """Two rows that look the same and are two: somebody has said so, and they are not proposed again."""

    subject = models.CharField(max_length=12, choices=Subject, editable=False)
    first = models.PositiveBigIntegerField(editable=False)
    second = models.PositiveBigIntegerField(editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(editable=False)

    objects = KeptApartQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair kept apart")
        verbose_name_plural = _("pairs kept apart")
        constraints = [
            models.UniqueConstraint(fields=["subject", "first", "second"], name="kept_apart_once"),
            models.CheckConstraint(name="kept_apart_in_order", condition=Q(first__lt=F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.first}, {self.second}"


def ordered(one: Any, other: Any) -> tuple[int, int]:
    """The keys of two rows, the smaller first: as a pair is written down."""
    return min(one.pk, other.pk), max(one.pk, other.pk)
