"""The way in to the measurements of an engagement, and the page of a form.

Somebody else's engagement is 404; what one may not do in one's own is 403.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.forms.refusals import refusals_in
from impact import permissions
from impact.models import Metric, reported_to


def get_reported(request, pk):
    return get_object_or_404(reported_to(request.user).select_related("beneficiary"), pk=pk)


def get_engagement_to_run(request, pk):
    engagement = get_reported(request, pk)
    if not permissions.can_run(request.user, engagement):
        raise PermissionDenied
    return engagement


def get_metric(request, pk):
    visible = Metric.objects.visible_to(request.user).select_related("engagement", "indicator")
    metric = get_object_or_404(visible, pk=pk)
    if not permissions.can_record(request.user, metric.engagement):
        raise PermissionDenied
    return metric


def impact_of(engagement):
    """The address of the page of an engagement's impact."""
    return reverse("impact:engagement-impact", args=[engagement.pk])


@dataclass(frozen=True)
class FormPage:
    """What stands around a form: the heading, the words of its button, and where one goes back to."""

    heading: str
    verb: str
    back: str
    template: str = "crm/form.html"


def answer_form(request, form, save, page):
    """Show the form; or `save` what was posted, then go back, or to the address that `save` returns.

    What is refused, by the form or by the service that `save` calls, answers 422 with what was typed.
    """
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            address = save()
            messages.success(request, _("It is written down."))
            return redirect(address or page.back)
    context = {"form": form, "heading": page.heading, "verb": page.verb, "back": page.back}
    return TemplateResponse(request, page.template, context, status=422 if form.errors else 200)
