"""The way in to the measurements of an engagement, and the page of a form.

Somebody else's engagement is 404; what one may not do in one's own is 403.
"""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.views.access import FormPage
from impact import permissions
from impact.models import Metric, reported_to


def get_reported(request, pk):
    """An engagement whose published impact the person reads."""
    return get_object_or_404(reported_to(request.user).select_related("beneficiary"), pk=pk)


def get_engagement_to_run(request, pk):
    engagement = get_reported(request, pk)
    if not permissions.can_run(request.user, engagement):
        raise PermissionDenied
    return engagement


def get_metric(request, pk):
    """A metric of which the person records measurements."""
    visible = Metric.objects.visible_to(request.user).select_related("engagement", "indicator")
    metric = get_object_or_404(visible, pk=pk)
    if not permissions.can_record(request.user, metric.engagement):
        raise PermissionDenied
    return metric


def impact_of(engagement):
    """The address of the page of an engagement's impact."""
    return reverse("impact:engagement-impact", args=[engagement.pk])


def form_page_of(heading: str, verb: str, back: str, template: str = "crm/form.html") -> FormPage:
    """The page of a form of measurements; once it is saved, one reads that it is written down."""
    return FormPage(heading, verb, back, done=_("It is written down."), template=template)
