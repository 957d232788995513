from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from crm.views.access import answer_form, form_page
from impact import permissions
from impact.forms.metrics import MetricChangeForm, MetricForm
from impact.services import metrics
from impact.views.access import form_page_of, get_engagement_to_run, get_metric, impact_of


@form_page
def metric_create(request, pk):
    engagement = get_engagement_to_run(request, pk)
    form = MetricForm(request.POST or None, engagement=engagement)

    def save():
        metrics.follow_indicator(engagement, **form.cleaned_data, by=request.user)

    page = form_page_of(_("Follow an indicator"), verb=_("Follow it"), back=impact_of(engagement))
    return answer_form(request, form, save, page)


@form_page
def metric_change(request, pk):
    metric = get_metric(request, pk)
    if not permissions.can_run(request.user, metric.engagement):
        raise PermissionDenied
    form = MetricChangeForm(request.POST or None, instance=metric)

    def save():
        metrics.change_metric(metric, **form.cleaned_data, by=request.user)

    page = form_page_of(
        _("How “%(name)s” is followed") % {"name": metric.indicator.name},
        verb=_("Save the changes"),
        back=impact_of(metric.engagement),
    )
    return answer_form(request, form, save, page)
