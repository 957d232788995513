from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.refusals import Refused, tell
from impact import permissions, services
from impact.forms import BaselineForm, FundingForm, MeasurementForm, MetricForm
from impact.models import Measurement, Metric
from impact.views.summaries import get_reported

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _allowed(request, found, engagement):
    if not permissions.can_record(request.user, engagement):
        raise PermissionDenied
    return found


def get_engagement(request, pk):
    engagement = get_reported(request, pk)
    return _allowed(request, engagement, engagement)


def get_metric(request, pk):
    visible = Metric.objects.visible_to(request.user).select_related("engagement", "indicator")
    metric = get_object_or_404(visible, pk=pk)
    return _allowed(request, metric, metric.engagement)


def get_measurement(request, pk):
    visible = Measurement.objects.visible_to(request.user).select_related("metric__engagement", "metric__indicator")
    measurement = get_object_or_404(visible, pk=pk)
    return _allowed(request, measurement, measurement.metric.engagement)


@form_page
def metric_create(request, pk):
    engagement = get_engagement(request, pk)
    form = MetricForm(request.POST or None, engagement=engagement)

    def act():
        services.follow(engagement, **form.cleaned_data, by=request.user)

    return _answer(request, form, engagement, act, heading=_("Follow an indicator"), verb=_("Follow it"))


@form_page
def baseline_create(request, pk):
    metric = get_metric(request, pk)
    form = BaselineForm(request.POST or None, metric=metric)

    def act():
        services.record_baseline(metric, **form.cleaned_data, by=request.user, today=timezone.localdate())

    heading = _("Baseline: how “%(name)s” went before") % {"name": metric.indicator.name}
    return _answer(request, form, metric.engagement, act, heading=heading, verb=_("Record the baseline"))


@form_page
def measurement_create(request, pk):
    metric = get_metric(request, pk)
    form = MeasurementForm(request.POST or None, metric=metric)

    def act():
        services.record_measurement(metric, **form.cleaned_data, by=request.user, today=timezone.localdate())

    heading = _("New figure for “%(name)s”") % {"name": metric.indicator.name}
    return _answer(request, form, metric.engagement, act, heading=heading, verb=_("Record as a draft"))


@form_page
def measurement_correct(request, pk):
    wrong = get_measurement(request, pk)
    kept = ("count", "total", "percent", "amount", "exposure_months", "window_start", "window_end", "population")
    initial = {name: getattr(wrong, name) for name in (*kept, "source", "grade", "note_fr", "note_en")}
    form = MeasurementForm(request.POST or None, metric=wrong.metric, initial=initial)

    def act():
        services.record_measurement(
            wrong.metric, corrects=wrong, **form.cleaned_data, by=request.user, today=timezone.localdate()
        )

    heading = _("Correct a figure of “%(name)s”") % {"name": wrong.metric.indicator.name}
    return _answer(request, form, wrong.metric.engagement, act, heading=heading, verb=_("Record the correction"))


@form_page
def funding_create(request, pk):
    engagement = get_engagement(request, pk)
    form = FundingForm(request.POST or None, user=request.user, initial={"starts_on": timezone.localdate()})

    def act():
        services.fund(engagement, **form.cleaned_data, by=request.user)

    return _answer(request, form, engagement, act, heading=_("A funder of this engagement"), verb=_("Add the funder"))


@require_POST
def measurement_publish(request, pk):
    measurement = get_measurement(request, pk)
    try:
        services.publish_measurement(measurement, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The figure is published: funders read it from now on."))
    return redirect("impact:engagement-impact", measurement.metric.engagement_id)


def _answer(request, form, engagement, act, *, heading, verb):
    back = reverse("impact:engagement-impact", args=[engagement.pk])
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("It is written down."))
            return redirect(back)
    context = {"form": form, "heading": heading, "verb": verb, "back": back}
    return TemplateResponse(request, "crm/form.html", context, status=422 if form.errors else 200)
