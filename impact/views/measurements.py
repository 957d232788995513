from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history
from crm.domain.refusals import Refused
from crm.forms.fields import SeenForm
from crm.views.access import answer_form, form_page
from crm.web.refusals import refusals_shown
from impact import permissions
from impact.forms.measurements import DraftForm, MeasurementForm, ReturnForm
from impact.models import DEADWEIGHT, Evidence, Measurement
from impact.selectors import due_measurements
from impact.selectors.disaggregation import BreakdownRow, disaggregate
from impact.selectors.results import net_of
from impact.services import measurements
from impact.table_import.groups import text_of_groups
from impact.views.access import form_page_of, get_metric, impact_of

CORRECTION_FIELDS = (
    "count",
    "total",
    "percent",
    "amount",
    "exposure_months",
    "window_start",
    "window_end",
    "population",
    "source",
    "grade",
    "asked",
    "answered",
    "note_fr",
    "note_en",
    *DEADWEIGHT,
)
FORM_TEMPLATE = "impact/measurement_form.html"


def get_measurement(request, pk):
    rows = Measurement.objects.visible_to(request.user).select_related(
        "metric__engagement__beneficiary", "metric__indicator", "author", "approved_by", "corrects"
    )
    return get_object_or_404(rows, pk=pk)


def get_recorded(request, pk):
    measurement = get_measurement(request, pk)
    if not permissions.can_record(request.user, measurement.metric.engagement):
        raise PermissionDenied
    return measurement


@form_page
def measurement_create(request, pk):
    metric = get_metric(request, pk)
    initial = due_measurements.proposal(metric, timezone.localdate())
    form = MeasurementForm(request.POST or None, metric=metric, initial=initial)

    def save():
        measurements.record_measurement(
            metric,
            **form.cleaned_data,
            submits="submits" in request.POST,
            by=request.user,
            today=timezone.localdate(),
        )

    page = form_page_of(
        _("New figure for “%(name)s”") % {"name": metric.indicator.name},
        verb=_("Record as a draft"),
        back=impact_of(metric.engagement),
        template=FORM_TEMPLATE,
    )
    return answer_form(request, form, save, page)


@form_page
def measurement_correct(request, pk):
    wrong = get_recorded(request, pk)
    initial = {name: getattr(wrong, name) for name in CORRECTION_FIELDS} | {
        "groups": text_of_groups(_groups_of(wrong))
    }
    form = MeasurementForm(request.POST or None, metric=wrong.metric, initial=initial)

    def save():
        measurements.record_measurement(
            wrong.metric,
            corrects=wrong,
            **form.cleaned_data,
            submits="submits" in request.POST,
            by=request.user,
            today=timezone.localdate(),
        )

    page = form_page_of(
        _("Correct a figure of “%(name)s”") % {"name": wrong.metric.indicator.name},
        verb=_("Record the correction"),
        back=impact_of(wrong.metric.engagement),
        template=FORM_TEMPLATE,
    )
    return answer_form(request, form, save, page)


@form_page
def measurement_change(request, pk):
    draft = get_recorded(request, pk)
    form = DraftForm(request.POST or None, metric=draft.metric, instance=draft)

    def save():
        measurements.change_draft(
            draft, **form.cleaned_data, by=request.user, today=timezone.localdate()
        )

    page = form_page_of(
        _("Change a draft of “%(name)s”") % {"name": draft.metric.indicator.name},
        verb=_("Save the changes"),
        back=reverse("impact:measurement-detail", args=[pk]),
        template=FORM_TEMPLATE,
    )
    return answer_form(request, form, save, page)


@form_page
def measurement_return(request, pk):
    """Also how its author takes it back."""
    measurement = get_recorded(request, pk)
    form = ReturnForm(request.POST or None, initial={"seen": measurement.version})

    def save():
        measurements.return_measurement(measurement, **form.cleaned_data, by=request.user)

    page = form_page_of(
        _("Send a figure of “%(name)s” back") % {"name": measurement.metric.indicator.name},
        verb=_("Send it back"),
        back=reverse("impact:measurement-detail", args=[pk]),
    )
    return answer_form(request, form, save, page)


@require_safe
def measurement_detail(request, pk):
    """A measurement with all that it takes to trust it, and what may be done with it now."""
    measurement = get_measurement(request, pk)
    can_record = permissions.can_record(request.user, measurement.metric.engagement)
    status = measurement.status
    context = {
        "measurement": measurement,
        "metric": measurement.metric,
        **_shown_groups(measurement, can_record),
        "net": net_of([measurement]).get("net"),
        "correction": Measurement.objects.visible_to(request.user)
        .filter(corrects=measurement)
        .first(),
        "can_record": can_record,
        "evidence": Evidence.objects.visible_to(request.user)
        .filter(measurement=measurement)
        .order_by("pk"),
        "pieces": measurement.evidence.count(),
        "is_draft": status == Measurement.Status.DRAFT,
        "may_approve": status == Measurement.Status.SUBMITTED
        and permissions.can_approve(request.user, measurement),
        "may_return": can_record
        and status in (Measurement.Status.SUBMITTED, Measurement.Status.APPROVED),
        "may_publish": status == Measurement.Status.APPROVED
        and permissions.can_run(request.user, measurement.metric.engagement),
        "may_correct": can_record and status == Measurement.Status.PUBLISHED,
        "entries": history.entries(measurement) if can_record else [],
    }
    return TemplateResponse(request, "impact/measurement_detail.html", context)


def _groups_of(measurement):
    return measurement.groups.order_by("position", "pk")


def _shown_groups(measurement, can_record):
    """The groups as every reader sees them; for those who record and approve, the lines as they were written too."""
    rows, least = list(_groups_of(measurement)), settings.SMALLEST_GROUP
    cells = [BreakdownRow(*(getattr(row, name) for name in BreakdownRow._fields)) for row in rows]
    return {
        "disaggregations": disaggregate(cells, [measurement], least),
        "least": least,
        "lines": text_of_groups(rows).splitlines() if can_record else [],
    }


@require_POST
def measurement_submit(request, pk):
    measurement = get_recorded(request, pk)
    return _act(
        request,
        measurement,
        measurements.submit_measurement,
        _("Submitted: somebody else approves it now."),
    )


@require_POST
def measurement_approve(request, pk):
    measurement = get_recorded(request, pk)
    return _act(request, measurement, measurements.approve_measurement, _("Approved."))


@require_POST
def measurement_publish(request, pk):
    measurement = get_measurement(request, pk)
    if not permissions.can_run(request.user, measurement.metric.engagement):
        raise PermissionDenied
    message = _("The figure is published: funders read it from now on.")
    return _act(request, measurement, measurements.publish_measurement, message, at=timezone.now())


@require_POST
def measurement_delete(request, pk):
    measurement = get_recorded(request, pk)
    engagement = measurement.metric.engagement
    try:
        measurements.delete_draft(measurement, by=request.user, seen=SeenForm(request.POST).version)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("impact:measurement-detail", pk)
    messages.success(request, _("The draft is taken away."))
    return redirect("impact:engagement-impact", engagement.pk)


def _act(request, measurement, act, message, **facts):
    with refusals_shown(request):
        act(measurement, by=request.user, seen=SeenForm(request.POST).version, **facts)
        messages.success(request, message)
    return redirect("impact:measurement-detail", measurement.pk)
