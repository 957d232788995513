"""Does the organisation stand alone? Costs, owners, drills, signatures, barriers, and what comes after."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.views.access import answer_form, form_page
from crm.web.clock import their_clock, today_of
from crm.web.refusals import refusals_shown
from engagements import permissions
from engagements.domain.stages import ACTIVE, ORDER, Stage
from engagements.forms.autonomy import (
    AssessmentForm,
    DrillForm,
    ExitOutcomeForm,
    OwnershipForm,
    RunningCostForm,
    SignatureForm,
    SurvivalForm,
)
from engagements.forms.milestones import ReasonForm
from engagements.models import (
    BarrierAssessment,
    Drill,
    ExitOutcome,
    OwnershipItem,
    RunningCost,
    Side,
    Signature,
    SurvivalCheck,
)
from engagements.selectors import autonomy
from engagements.services import costs, handover, links, parts, survival
from engagements.views.access import form_page_of, get_engagement, get_part

MOMENTS, SIDES = BarrierAssessment.Moment, Side


@require_safe
def engagement_autonomy(request, pk):
    engagement = get_engagement(request, pk)
    user, today = request.user, timezone.localdate()
    running_costs = list(engagement.running_costs.for_list())
    signatures = list(engagement.signatures.for_list())
    can_run = permissions.can_run(user, engagement)
    can_record = permissions.can_accept_milestone(user, engagement)
    context = {
        "engagement": engagement,
        "here": "autonomy",
        "today": today,
        "costs": running_costs,
        "kinds": dict(RunningCost.Kind.choices),
        "burden": autonomy.burden_of(engagement, running_costs, today),
        "sees_budget": can_record,
        "owners": autonomy.by_kind(
            OwnershipItem.Kind, engagement.ownership.order_by("since", "pk")
        ),
        "drills": autonomy.by_kind(Drill.Kind, engagement.drills.for_list()),
        "signatures": signatures,
        "signs": [side for side in SIDES if permissions.can_sign_for(user, engagement, side)],
        "occasion": _occasion(engagement),
        "barriers": autonomy.barriers_table(engagement.assessments.all()),
        "moments": list(MOMENTS),
        "assessable": [
            (moment, side)
            for moment in MOMENTS
            for side in SIDES
            if permissions.can_assess_for(user, engagement, side) and _is_ripe(engagement, moment)
        ],
        "levers": ExitOutcome.objects.filter(engagement=engagement).first(),
        "checks": engagement.survival_checks.for_list(),
        "can_run": can_run,
        "can_record": can_record,
        "is_late_enough": ORDER[Stage(engagement.stage)] >= ORDER[Stage.LAUNCH],
    }
    return TemplateResponse(request, "engagements/autonomy.html", context)


def _occasion(engagement):
    """What can be signed now, or None."""
    if engagement.stage == Stage.HANDOVER:
        return Signature.Occasion.HANDOVER
    return None if engagement.stage in ACTIVE else Signature.Occasion.CLOSING


def _is_ripe(engagement, moment):
    """Whether a link to the assessment helps; the service has the last word, with its reason."""
    if moment == MOMENTS.HANDOVER:
        return ORDER[Stage(engagement.stage)] >= ORDER[Stage.LAUNCH]
    return moment == MOMENTS.INTAKE or engagement.stage == Stage.AUTONOMOUS


def _page(engagement, heading, verb, done, anchor, **context):
    """Once it is done, one is back at the form's place on the page of autonomy."""
    back = f"{reverse('engagements:engagement-autonomy', args=[engagement.pk])}#{anchor}"
    return form_page_of(engagement, heading, verb, done=done, back=back, context=context)


# Costs


@form_page
def cost_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    return _cost_form(
        request, RunningCost(engagement=engagement), _("Add a running cost"), _("Add the cost")
    )


@form_page
def cost_change(request, pk):
    cost = get_part(request, RunningCost, pk)
    return _cost_form(request, cost, cost.label, _("Save the changes"))


def _cost_form(request, cost, heading, verb):
    today = timezone.localdate()
    form = RunningCostForm(
        request.POST or None, instance=cost, initial={} if cost.pk else {"starts_on": today}
    )

    def save():
        decision, seen = form.cleaned_data["decision"], form.cleaned_data["seen"]
        costs.save_cost(form.instance, by=request.user, today=today, decision=decision, seen=seen)

    page = _page(cost.engagement, heading, verb, _("Saved."), "costs")
    return answer_form(request, form, save, page)


@form_page
def cost_remove(request, pk):
    return _removal(request, get_part(request, RunningCost, pk), "costs")


def _removal(request, part, anchor):
    form = ReasonForm(request.POST or None, initial={"seen": part.version})

    def remove():
        parts.remove_part(part, **form.cleaned_data, by=request.user)

    heading = _("Remove “%(title)s”") % {"title": part}
    page = _page(part.engagement, heading, _("Remove"), _("Removed."), anchor)
    return answer_form(request, form, remove, page)


# Owners


@form_page
def ownership_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    item = OwnershipItem(engagement=engagement, kind=_offered(request, OwnershipItem.Kind))
    return _ownership_form(request, item, _("Who holds a part of the solution"), _("Write it down"))


@form_page
def ownership_change(request, pk):
    item = get_part(request, OwnershipItem, pk)
    return _ownership_form(request, item, item.label, _("Save the changes"))


def _ownership_form(request, item, heading, verb):
    form = OwnershipForm(
        request.POST or None,
        instance=item,
        initial={} if item.pk else {"since": timezone.localdate()},
    )

    def save():
        parts.save_part(form.instance, by=request.user, seen=form.cleaned_data["seen"])

    page = _page(item.engagement, heading, verb, _("Saved."), "owners")
    return answer_form(request, form, save, page)


@form_page
def ownership_remove(request, pk):
    return _removal(request, get_part(request, OwnershipItem, pk), "owners")


def _offered(request, choices):
    """The kind that the link names, to begin the form with; empty where it names none."""
    kind = request.GET.get("kind", "")
    return kind if kind in choices.values else ""


# Drills


@form_page
def drill_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_accept_milestone)
    drill = Drill(engagement=engagement, kind=_offered(request, Drill.Kind))
    return _drill_form(request, drill, _("A drill"), _("Write it down"))


@form_page
def drill_change(request, pk):
    drill = get_part(request, Drill, pk, permissions.can_accept_milestone)
    return _drill_form(request, drill, str(drill), _("Save the changes"))


def _drill_form(request, drill, heading, verb):
    today = today_of(request)
    form = DrillForm(
        request.POST or None, instance=drill, initial={} if drill.pk else {"done_on": today}
    )

    def save():
        handover.save_drill(
            form.instance, by=request.user, today=today, seen=form.cleaned_data["seen"]
        )

    page = _page(drill.engagement, heading, verb, _("Written down."), "drills")
    return answer_form(request, form, save, page)


# Signatures


@form_page
def signature_create(request, pk, side):
    """Each side signs for itself: the lead for the organisation, those who run it for the member."""
    engagement = _get_to_sign(request, pk, side)
    occasion = _occasion(engagement)
    initial = {"name": request.user.full_name, "seen": autonomy.seal_of(engagement)}
    form = SignatureForm(request.POST or None, initial=initial)

    def sign():
        word = form.word(occasion or Signature.Occasion.HANDOVER, side)
        seen = form.cleaned_data["seen"]
        handover.sign(engagement, word, by=request.user, at=timezone.now(), seen=seen)

    heading = (
        _("Sign the closing") if occasion == Signature.Occasion.CLOSING else _("Sign the hand-over")
    )
    done = _("Your word is shown as you wrote it.")
    page = _page(engagement, heading, _("Sign"), done, "signatures", **what_is_signed(engagement))
    return answer_form(request, form, sign, replace(page, template="engagements/sign.html"))


def what_is_signed(engagement):
    """What a page shows above a signature: what the seal of `autonomy.seal_of` covers."""
    return {
        "owners": autonomy.by_kind(
            OwnershipItem.Kind, engagement.ownership.order_by("since", "pk")
        ),
        "costs": engagement.running_costs.for_list(),
        "drills_to_do": autonomy.drills_to_do(engagement),
    }


def _get_to_sign(request, pk, side):
    engagement = get_engagement(request, pk)
    if side not in SIDES.values:
        raise Http404
    if not permissions.can_sign_for(request.user, engagement, side):
        raise PermissionDenied
    return engagement


@require_POST
def signature_ask(request, pk):
    """A link by mail, for a lead without an account."""
    engagement = get_engagement(request, pk, permissions.can_run)
    return _send(
        request, engagement, lambda: links.ask_to_sign(engagement, at=timezone.now()), "signatures"
    )


def _send(request, engagement, act, anchor):
    with refusals_shown(request):
        name = act()
        messages.success(request, _("A link is on its way to %(name)s.") % {"name": name})
    return redirect(f"{reverse('engagements:engagement-autonomy', args=[engagement.pk])}#{anchor}")


# Barriers and levers


@form_page
def assessment_change(request, pk, moment, side):
    engagement = get_engagement(request, pk)
    if moment not in MOMENTS.values or side not in SIDES.values:
        raise Http404
    if not permissions.can_assess_for(request.user, engagement, side):
        raise PermissionDenied
    saved = engagement.assessments.filter(moment=moment, side=side).first()
    form = AssessmentForm(
        request.POST or None, instance=saved or BarrierAssessment(engagement=engagement)
    )

    def assess():
        answers, seen = form.answers(moment, side), form.cleaned_data["seen"]
        handover.assess_barriers(
            engagement, answers, by=request.user, today=today_of(request), seen=seen
        )

    labels = {"moment": MOMENTS(moment).label, "side": SIDES(side).label}
    heading = _("The four barriers %(moment)s, by %(side)s") % labels
    page = _page(engagement, heading, _("Write it down"), _("Written down."), "barriers")
    return answer_form(request, form, assess, page)


@form_page
def levers_change(request, pk):
    engagement = get_engagement(request, pk, permissions.can_accept_milestone)
    saved = ExitOutcome.objects.filter(engagement=engagement).first()
    form = ExitOutcomeForm(
        request.POST or None, instance=saved or ExitOutcome(engagement=engagement)
    )

    def save():
        parts.save_part(form.instance, by=request.user, seen=form.cleaned_data["seen"])

    verb, done = _("Write it down"), _("Written down.")
    page = _page(engagement, _("The two levers"), verb, done, "barriers")
    return answer_form(request, form, save, page)


# Survival


@form_page
def survival_answer(request, pk):
    """The lead answers with their account; those who run it write down an answer given by telephone."""
    check = get_part(request, SurvivalCheck, pk, permissions.can_accept_milestone)
    form = SurvivalForm(request.POST or None, instance=check, initial=_answering(request, check))

    def answer():
        with their_clock(request):
            at, seen = timezone.now(), form.cleaned_data["seen"]
            survival.answer_check(check, form.answer(), by=request.user, at=at, seen=seen)

    heading, verb, done = _("Does it still serve you?"), _("Answer"), _("Thank you.")
    page = _page(check.engagement, heading, verb, done, "survival", note=str(check))
    return answer_form(request, form, answer, page)


def _answering(request, check):
    return {} if check.answered_by else {"answered_by": request.user.full_name}


@require_POST
def survival_ask(request, pk):
    check = get_part(request, SurvivalCheck, pk)
    at = timezone.now()
    return _send(
        request,
        check.engagement,
        lambda: survival.ask_check(check, at=at, by=request.user),
        "survival",
    )
