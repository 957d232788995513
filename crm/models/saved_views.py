from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.models.people import User
from crm.text import NormalisedField


class PageWithViews(models.TextChoices):
    """The pages whose filters can be kept, by their routes."""

    ENGAGEMENTS = "engagements:engagement-list", _("Engagements")

    @property
    def usual(self) -> dict[str, str]:
        """What the page takes where its address says nothing."""
        return {"sort": "title", "state": "active"}


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """How I look at a list is nobody else's matter."""
        return self.filter(user=user)

    def for_list(self) -> Self:
        return self.order_by("page", "sort_name", "pk")


class SavedView(models.Model):
    """Filters and sort of a page that one person keeps under a name; a bookmark of theirs, without history."""

    MAX_OF_A_PAGE = 20

    user = models.ForeignKey("crm.User", models.CASCADE, related_name="saved_views", editable=False)
    page = models.CharField(_("page"), max_length=60, choices=PageWithViews)
    name = models.CharField(_("name"), max_length=40)
    sort_name = NormalisedField(sources=["name"])
    query = models.CharField(_("filters and sort"), max_length=1000)
    saved_at = models.DateTimeField(editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="saved_view_named_once")
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"{reverse(self.page)}?{self.query}"
