"""What health means, who set it by hand, and the pauses in which nothing is expected."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history, write
from crm.forms.refusals import refusals_in
from crm.views.access import form_page
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
from engagements.views.access import get_engagement, get_part, show_form


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
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            change_rule(rule, **form.cleaned_data, by=request.user)
            messages.success(request, _("The rule is changed, for every engagement."))
            return redirect("engagements:health-rules")
    return show_form(request, form, None, heading=str(rule), verb=_("Change the rule"))


def _answer(request, form, engagement, act, *, heading, verb, said):
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            act()
            messages.success(request, said)
            return redirect(engagement)
    return show_form(request, form, engagement, heading=heading, verb=verb)


@form_page
def health_override(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    standing = engagement.overrides.filter(ended_at=None).first()
    form = OverrideForm(request.POST or None, initial={"seen": standing.version if standing else 0})

    def override():
        override_health(engagement, **form.cleaned_data, by=request.user, at=timezone.now())

    return _answer(
        request,
        form,
        engagement,
        override,
        heading=_("Set the health by hand"),
        verb=_("Set it"),
        said=_("The health is set by hand."),
    )


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

    def add_pause():
        pause_engagement(engagement, **form.cleaned_data, by=request.user)

    heading, verb = _("Pause the engagement"), _("Pause")
    return _answer(
        request,
        form,
        engagement,
        add_pause,
        heading=heading,
        verb=verb,
        said=_("The pause is written down."),
    )


@form_page
def pause_end(request, pk):
    row = get_part(request, Pause, pk)
    form = ResumeForm(
        request.POST or None, initial={"ends_on": timezone.localdate(), "seen": write.mark_of(row)}
    )

    def end_pause():
        resume(row, **form.cleaned_data, by=request.user)

    return _answer(
        request,
        form,
        row.engagement,
        end_pause,
        heading=_("End the pause"),
        verb=_("Write down the last day"),
        said=_("The last day is written down."),
    )
