from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.views.access import answer_form, form_page
from crm.views.files import send_file
from crm.web.refusals import refusals_shown
from impact import permissions
from impact.forms.evidence import EvidenceForm
from impact.models import Evidence
from impact.services.evidence import add_evidence, drop_evidence
from impact.views.access import form_page_of
from impact.views.measurements import get_recorded


def _get(request, pk):
    rows = Evidence.objects.visible_to(request.user).select_related(
        "measurement__metric__engagement"
    )
    return get_object_or_404(rows, pk=pk)


@form_page
def evidence_create(request, pk):
    measurement = get_recorded(request, pk)
    form = EvidenceForm(request.POST or None, request.FILES or None)

    def save():
        upload = form.cleaned_data["file"]
        add_evidence(measurement, upload, by=request.user, today=timezone.localdate())

    page = form_page_of(
        _("Evidence for “%(name)s”") % {"name": measurement.metric.indicator.name},
        verb=_("Add the file"),
        back=reverse("impact:measurement-detail", args=[pk]),
    )
    return answer_form(request, form, save, page)


@require_safe
def evidence_file(request, pk):
    return send_file(request, _get(request, pk))


@require_POST
def evidence_delete(request, pk):
    evidence = _get(request, pk)
    if not permissions.can_record(request.user, evidence.measurement.metric.engagement):
        raise PermissionDenied
    with refusals_shown(request):
        drop_evidence(evidence)
        messages.success(request, _("The file is taken away."))
    return redirect("impact:measurement-detail", evidence.measurement_id)
