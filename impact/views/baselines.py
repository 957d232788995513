from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history
from crm.forms.fields import SeenForm
from crm.views.access import answer_form, form_page
from crm.web.refusals import refusals_shown
from impact import permissions
from impact.display.narrative import sentence_of
from impact.forms.baselines import BaselineChangeForm, BaselineForm, QuestionForm
from impact.models import Baseline
from impact.services import baselines
from impact.views.access import form_page_of, get_metric, impact_of

FORM_TEMPLATE = "impact/baseline_form.html"


def get_baseline(request, pk):
    rows = Baseline.objects.visible_to(request.user).select_related(
        "metric__engagement__beneficiary", "metric__indicator", "author", "agreed_by"
    )
    return get_object_or_404(rows, pk=pk)


def _get_to_agree(request, pk):
    baseline = get_baseline(request, pk)
    if not permissions.can_agree(request.user, baseline):
        raise PermissionDenied
    return baseline


def _page_of(baseline):
    return reverse("impact:baseline-detail", args=[baseline.pk])


@form_page
def baseline_create(request, pk):
    metric = get_metric(request, pk)
    form = BaselineForm(request.POST or None, metric=metric)

    def save():
        baseline = baselines.record_baseline(
            metric, **form.cleaned_data, by=request.user, today=timezone.localdate()
        )
        return _page_of(baseline)

    page = form_page_of(
        _heading(metric),
        verb=_("Record, and read it as a sentence"),
        back=impact_of(metric.engagement),
        template=FORM_TEMPLATE,
    )
    return answer_form(request, form, save, page)


@form_page
def baseline_change(request, pk):
    baseline = get_baseline(request, pk)
    if not permissions.can_record(request.user, baseline.metric.engagement):
        raise PermissionDenied
    form = BaselineChangeForm(request.POST or None, instance=baseline, metric=baseline.metric)

    def save():
        baselines.change_baseline(
            baseline, **form.cleaned_data, by=request.user, today=timezone.localdate()
        )

    page = form_page_of(
        _heading(baseline.metric),
        verb=_("Change the baseline"),
        back=_page_of(baseline),
        template=FORM_TEMPLATE,
    )
    return answer_form(request, form, save, page)


@require_safe
def baseline_detail(request, pk):
    """The sentence, who agreed to it, and what changed since."""
    baseline = get_baseline(request, pk)
    can_record = permissions.can_record(request.user, baseline.metric.engagement)
    is_waiting = baseline.agreed_on is None and baseline.method != Baseline.Method.HYPOTHESIS
    context = {
        "baseline": baseline,
        "metric": baseline.metric,
        "sentence": sentence_of(baseline),
        "waits": is_waiting,
        "can_record": can_record,
        "may_agree": is_waiting and permissions.can_agree(request.user, baseline),
        "entries": history.entries(baseline) if can_record else [],
    }
    return TemplateResponse(request, "impact/baseline_detail.html", context)


@require_POST
def baseline_agree(request, pk):
    baseline = _get_to_agree(request, pk)
    seen = SeenForm(request.POST).version
    with refusals_shown(request):
        baselines.agree_to_baseline(
            baseline, by=request.user, today=timezone.localdate(), seen=seen
        )
        messages.success(request, _("Agreed: the baseline stands as you read it."))
    return redirect(_page_of(baseline))


@form_page
def baseline_question(request, pk):
    baseline = _get_to_agree(request, pk)
    form = QuestionForm(request.POST or None, initial={"seen": baseline.version})

    def save():
        baselines.question_baseline(baseline, **form.cleaned_data, by=request.user)

    page = form_page_of(
        _("This is not how it was"), verb=_("Ask for it to be mended"), back=_page_of(baseline)
    )
    return answer_form(request, form, save, page)


def _heading(metric):
    return _("Baseline: how “%(name)s” went before") % {"name": metric.indicator.name}
