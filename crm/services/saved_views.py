"""Filters and sorts of a page that a person keeps under a name."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.domain import made
from crm.domain.refusals import Refused
from crm.domain.saved_views import kept_query
from crm.models import SavedView, User
from crm.models.saved_views import PageWithViews


@transaction.atomic
def save_view(user: User, page: str, *, name: str, query: str, at: datetime) -> SavedView:
    """Keep the filters and the sort of an address of a page, a PageWithViews.

    Under a name that the person already uses there, they take the place of those kept before.
    """
    # A second click waits here until the first one has its row.
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    kept = _kept(page, query)
    views = SavedView.objects.filter(user=user, page=page)
    view = views.filter(name=name).first()
    if view is None and views.count() >= SavedView.MAX_OF_A_PAGE:
        most = {"most": SavedView.MAX_OF_A_PAGE}
        raise Refused(_("You have %(most)d saved views of this list: remove one first.") % most)
    view = view or SavedView(user=user, page=page, name=name)
    is_new = view.pk is None
    view.query, view.saved_at = kept, at
    write.check(view)
    view.save()
    if is_new:
        made.note(view)
    return view


@transaction.atomic
def rename_view(view: SavedView, name: str) -> SavedView:
    """Call it otherwise; Refused where the person has another one of that name in the list."""
    User.objects.select_for_update(of=("self",)).get(pk=view.user_id)
    others = SavedView.objects.filter(user=view.user_id, page=view.page).exclude(pk=view.pk)
    if others.filter(name=name).exists():
        raise Refused({"name": _("You already have a view of that name.")})
    view.name = name
    write.check(view)
    view.save(update_fields=["name", "sort_name"])
    return view


def remove_view(view: SavedView) -> None:
    view.delete()


def _kept(page: str, query: str) -> str:
    try:
        kept = kept_query(query, PageWithViews(page).usual)
    except ValueError:
        raise Refused({"query": _("That is no address of this list.")}) from None
    if not kept:
        raise Refused(
            _("Choose a filter or another order first: this is the list as it always opens.")
        )
    return kept
