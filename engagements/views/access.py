"""The way in to an engagement and to what hangs from it, and the page of a form."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from engagements import permissions
from engagements.models import Engagement


def get_engagement(request, pk, may=None):
    """Not yours: 404. Yours, but not for this: 403."""
    visible = Engagement.objects.visible_to(request.user).select_related(
        "beneficiary", "member", "coordinator", "stand_in"
    )
    engagement = get_object_or_404(visible, pk=pk)
    return _allowed(request, engagement, engagement, may)


def get_part(request, model, pk, may=permissions.can_run):
    """A milestone, a lead, a solution… of an engagement that the person works in."""
    rows = model.objects.visible_to(request.user).select_related(
        "engagement__beneficiary", "engagement__member"
    )
    part = get_object_or_404(rows, pk=pk)
    return _allowed(request, part, part.engagement, may)


def _allowed(request, found, engagement, may):
    if may is not None and not may(request.user, engagement):
        raise PermissionDenied
    return found


def show_form(
    request,
    form,
    engagement,
    *,
    heading,
    verb,
    note="",
    read=(),
    template="engagements/form.html",
    **more,
):
    """A form on a page of its own, below what is to be read first; refused input answers 422 with what was typed."""
    context = {
        "form": form,
        "engagement": engagement,
        "heading": heading,
        "verb": verb,
        "note": note,
        "read": read,
    }
    return TemplateResponse(request, template, context | more, status=422 if form.errors else 200)
