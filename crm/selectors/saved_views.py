"""The views that a person has saved of a page, beside the one that is open."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from crm.domain.saved_views import kept_query
from crm.models import SavedView, User
from crm.models.saved_views import PageWithViews


@dataclass(frozen=True)
class SavedViews:
    """`views` in the order of their names; `open` is the one that the address shows; `query` what could be kept."""

    page: str
    query: str
    views: list[SavedView] = field(default_factory=list)

    @property
    def open(self) -> SavedView | None:
        return next((view for view in self.views if view.query == self.query), None)

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """Address, name, and whether it is the one that is open."""
        return [(view.get_absolute_url(), view.name, view == self.open) for view in self.views]

    @property
    def can_keep(self) -> bool:
        return bool(self.query) and self.open is None

    @property
    def keep_url(self) -> str:
        """Where a name is given to what is shown."""
        return (
            reverse("crm:view-create") + "?" + urlencode({"page": self.page, "query": self.query})
        )


def saved_views(user: User, page: PageWithViews, query: str) -> SavedViews:
    """Those of one page, at one of its addresses; an address of too many fields keeps nothing. One query."""
    try:
        kept = kept_query(query, page.usual)
    except ValueError:
        kept = ""
    views = SavedView.objects.visible_to(user).filter(page=page.value).for_list()
    return SavedViews(page.value, kept, list(views[: SavedView.MAX_OF_A_PAGE]))
