"""What health means, who set it by hand, and the pauses in which nothing is expected."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history, write
from crm.views.access import answer_form, form_page
from crm.web.refusals import refusals_shown
from engagements import permissions
from engagements.domain import health
from engagements.forms.health import HealthRuleForm, OverrideForm, PauseForm, ResumeForm
from engagements.models import HealthOverride, HealthRule, Pause
from engagements.services.health import (
    change_rule,
    override_health,
    pause_engagement,
    resume,
    take_back_override,
)
from engagements.views.access import form_page_of, get_engagement, get_part


@require_safe
def health_rules(request):
    """The rules in words, for everybody who reads a health; an administrator changes them."""
    if not permissions.can_read_rules(request.user):
        raise PermissionDenied
    rules = HealthRule.objects.as_set()
    context = {
        "rules": rules,
        "act_from": health.ACT_FROM,
        "can_change": permissions.can_change_rules(request.user),
        "changed": history.entries_of([rule for rule in rules if not rule._state.adding]),
    }
    return TemplateResponse(request, "engagements/health_rules.html", context)


@form_page
def health_rule_change(request, key):
    rule = next((rule for rule in HealthRule.objects.as_set() if rule.key == key), None)
    if rule is None:
        raise Http404
    if not permissions.can_change_rules(request.user):
        raise PermissionDenied
    form = HealthRuleForm(request.POST or None, instance=rule)

    def change():
        change_rule(rule, **form.cleaned_data, by=request.user)

    done, back = (
        _("The rule is changed, for every engagement."),
        reverse("engagements:health-rules"),
    )
    page = form_page_of(None, str(rule), _("Change the rule"), done=done, back=back)
    return answer_form(request, form, change, page)


@form_page
def health_override(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    current = engagement.overrides.filter(ended_at=None).first()
    form = OverrideForm(request.POST or None, initial={"seen": current.version if current else 0})

    def override():
        setting, seen = form.setting(), form.cleaned_data["seen"]
        override_health(engagement, setting, by=request.user, at=timezone.now(), seen=seen)

    done = _("The health is set by hand.")
    page = form_page_of(engagement, _("Set the health by hand"), _("Set it"), done=done)
    return answer_form(request, form, override, page)


@require_POST
def health_override_end(request, pk):
    override = get_part(request, HealthOverride, pk)
    with refusals_shown(request):
        take_back_override(override, by=request.user, at=timezone.now())
        messages.success(request, _("The rules decide again."))
    return redirect(override.engagement)


@form_page
def pause_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    form = PauseForm(request.POST or None, initial={"starts_on": timezone.localdate()})

    def add():
        pause_engagement(engagement, **form.cleaned_data, by=request.user)

    done = _("The pause is written down.")
    page = form_page_of(engagement, _("Pause the engagement"), _("Pause"), done=done)
    return answer_form(request, form, add, page)


@form_page
def pause_end(request, pk):
    pause = get_part(request, Pause, pk)
    initial = {"ends_on": timezone.localdate(), "seen": write.mark_of(pause)}
    form = ResumeForm(request.POST or None, initial=initial)

    def end():
        resume(pause, **form.cleaned_data, by=request.user)

    verb, done = _("Write down the last day"), _("The last day is written down.")
    page = form_page_of(pause.engagement, _("End the pause"), verb, done=done)
    return answer_form(request, form, end, page)
