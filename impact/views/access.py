"""The way in to the figures of an engagement: of somebody else there is none, and what one may not do is refused."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

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
