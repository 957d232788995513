"""The way in to an engagement and to what hangs from it, and the page of a form about it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.views.access import FormPage
from engagements import permissions
from engagements.models import Engagement


def get_engagement(request, pk, may=None, today=None):
    """The engagement; 404 where the person does not see it, 403 where `may` does not let them do this.

    With `today` it carries what with_facts() adds. A page that is read asks for it once: its panels get the same row.
    """
    at_hand = request.__dict__.setdefault("engagements_at_hand", {})
    engagement = at_hand.get(pk) if request.method == "GET" and today is None else None
    if engagement is None:
        visible = Engagement.objects.visible_to(request.user).select_related(
            "beneficiary", "member", "coordinator", "stand_in"
        )
        engagement = get_object_or_404(visible.with_facts(today) if today else visible, pk=pk)
        at_hand[pk] = engagement
    _refuse_unless(may, request, engagement)
    return engagement


def get_part(request, model, pk, may=permissions.can_run):
    """A milestone, a lead, a solution… of an engagement that the person works in."""
    rows = model.objects.visible_to(request.user).select_related(
        "engagement__beneficiary", "engagement__member"
    )
    part = get_object_or_404(rows, pk=pk)
    _refuse_unless(may, request, part.engagement)
    return part


def _refuse_unless(may, request, engagement):
    if may is not None and not may(request.user, engagement):
        raise PermissionDenied


def form_page_of(
    engagement: Engagement | None,
    heading: str,
    verb: str,
    *,
    done: str = "",
    back: str = "",
    context: Mapping[str, Any] | None = None,
) -> FormPage:
    """The page of a form about an engagement (None: about all of them); without `back` one returns to its page.

    `context` may hold a `note` above the form, and what is to be read first (`read`, pairs of label and value).
    """
    if not back:
        back = (
            engagement.get_absolute_url() if engagement else reverse("engagements:engagement-list")
        )
    around = {"engagement": engagement, "note": "", "read": (), "is_of_many": False} | dict(
        context or {}
    )
    return FormPage(heading, verb, back, done, "engagements/form.html", around)
