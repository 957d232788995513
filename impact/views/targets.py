from datetime import UTC, datetime

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.audit.history import entries_since
from crm.domain.formatting import day_text
from crm.views.access import answer_form, form_page
from impact import permissions
from impact.display.measurements import window
from impact.domain import reporting_schedule
from impact.forms.targets import TargetChangeForm, TargetDropForm, TargetForm
from impact.models import Target
from impact.selectors import summaries
from impact.services import targets
from impact.views.access import form_page_of, get_metric

SINCE_EVER = datetime(2000, 1, 1, tzinfo=UTC)
HISTORY_LIMIT = 50


def get_metric_to_run(request, pk):
    metric = get_metric(request, pk)
    if not permissions.can_run(request.user, metric.engagement):
        raise PermissionDenied
    return metric


def get_target(request, pk):
    rows = Target.objects.visible_to(request.user).select_related(
        "metric__indicator", "metric__engagement"
    )
    target = get_object_or_404(rows, pk=pk)
    if not permissions.can_run(request.user, target.metric.engagement):
        raise PermissionDenied
    return target


@require_safe
def target_list(request, pk):
    """The targets of a metric, how they stand, and who set, changed or deleted what."""
    metric = get_metric_to_run(request, pk)
    section = summaries.summarise([metric.engagement])[0]
    changes = entries_since(Target, SINCE_EVER, metric=metric)

    def moment(change):
        _row, _older, entry = change
        return entry.at

    context = {
        "summary": next(summary for summary in section.metrics if summary.metric == metric),
        "parts": [
            (window(row), [entry])
            for row, _older, entry in sorted(changes, key=moment, reverse=True)[:HISTORY_LIMIT]
        ],
    }
    return TemplateResponse(request, "impact/target_list.html", context)


@form_page
def target_create(request, pk):
    metric = get_metric_to_run(request, pk)
    form = TargetForm(request.POST or None, metric=metric, initial=_next_period(metric))

    def save():
        targets.set_target(metric, **form.cleaned_data, by=request.user, today=timezone.localdate())

    page = form_page_of(
        _("A target for “%(name)s”") % {"name": metric.indicator.name},
        verb=_("Set the target"),
        back=_list_of(metric),
    )
    return answer_form(request, form, save, page)


@form_page
def target_change(request, pk):
    target = get_target(request, pk)
    heading = _heading(target)
    form = TargetChangeForm(request.POST or None, instance=target)

    def save():
        targets.change_target(
            target, **form.cleaned_data, by=request.user, today=timezone.localdate()
        )

    page = form_page_of(heading, verb=_("Save the changes"), back=_list_of(target.metric))
    return answer_form(request, form, save, page)


@form_page
def target_delete(request, pk):
    target = get_target(request, pk)
    form = TargetDropForm(request.POST or None, target=target)

    def save():
        targets.drop_target(
            target, **form.cleaned_data, by=request.user, today=timezone.localdate()
        )

    page = form_page_of(
        _heading(target), verb=_("Take the target away"), back=_list_of(target.metric)
    )
    return answer_form(request, form, save, page)


def _heading(target):
    return _("The target of “%(name)s”, from %(first)s to %(last)s") % {
        "name": target.metric.indicator.name,
        "first": day_text(target.window_start),
        "last": day_text(target.window_end),
    }


def _list_of(metric):
    return reverse("impact:target-list", args=[metric.pk])


def _next_period(metric):
    """The period after the last target; as long as the rhythm of the metric, where it has one."""
    last = metric.targets.order_by("-window_end").first()
    start = last.window_end + reporting_schedule.DAY if last else metric.every_from
    if start is None:
        return {}
    end = reporting_schedule.period_end(start, metric.every) if metric.every else None
    return {"window_start": start, "window_end": end}
