from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.forms.refusals import refusals_in
from crm.views.access import form_page
from impact import permissions
from impact.forms.fundings import FundingForm
from impact.forms.metrics import MetricChangeForm, MetricForm
from impact.services import records
from impact.views.access import get_engagement_to_run, get_metric


@form_page
def metric_create(request, pk):
    engagement = get_engagement_to_run(request, pk)
    form = MetricForm(request.POST or None, engagement=engagement)

    def act():
        records.follow(engagement, **form.cleaned_data, by=request.user)

    return answer(
        request, form, engagement, act, heading=_("Follow an indicator"), verb=_("Follow it")
    )


@form_page
def metric_change(request, pk):
    metric = get_metric(request, pk)
    if not permissions.can_run(request.user, metric.engagement):
        raise PermissionDenied
    form = MetricChangeForm(request.POST or None, instance=metric)

    def act():
        records.change_metric(metric, **form.cleaned_data, by=request.user)

    heading = _("How “%(name)s” is followed") % {"name": metric.indicator.name}
    return answer(
        request, form, metric.engagement, act, heading=heading, verb=_("Save the changes")
    )


@form_page
def funding_create(request, pk):
    engagement = get_engagement_to_run(request, pk)
    form = FundingForm(
        request.POST or None, user=request.user, initial={"starts_on": timezone.localdate()}
    )

    def act():
        records.fund(engagement, **form.cleaned_data, by=request.user)

    return answer(
        request,
        form,
        engagement,
        act,
        heading=_("A funder of this engagement"),
        verb=_("Add the funder"),
    )


def answer(request, form, engagement, act, *, heading, verb, back=None, template="crm/form.html"):
    """`act` writes, and may say where to go next."""
    back = back or reverse("impact:engagement-impact", args=[engagement.pk])
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            there = act()
            messages.success(request, _("It is written down."))
            return redirect(there or back)
    context = {"form": form, "heading": heading, "verb": verb, "back": back}
    return TemplateResponse(request, template, context, status=422 if form.errors else 200)
