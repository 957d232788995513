"""Does the organisation stand alone? Costs, owners, drills, signatures, barriers, and what comes after."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.forms.refusals import refusals_in
from crm.views.access import form_page
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
from engagements.views.access import get_engagement, get_part, show_form

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


def _answer(request, form, engagement, act, *, heading, verb, said, anchor, **shown):
    """One form on a page of its own; done, one is back at its place."""
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            act()
            messages.success(request, said)
            return redirect(
                f"{reverse('engagements:engagement-autonomy', args=[engagement.pk])}#{anchor}"
            )
    return show_form(request, form, engagement, heading=heading, verb=verb, **shown)


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
        given = {"seen": form.cleaned_data["seen"], "decision": form.cleaned_data["decision"]}
        costs.save_cost(form.instance, by=request.user, today=today, **given)

    return _answer(
        request,
        form,
        cost.engagement,
        save,
        heading=heading,
        verb=verb,
        said=_("Saved."),
        anchor="costs",
    )


@form_page
def cost_remove(request, pk):
    return _removal(request, get_part(request, RunningCost, pk), "costs")


def _removal(request, part, anchor):
    form = ReasonForm(request.POST or None, initial={"seen": part.version})

    def remove():
        parts.remove_part(part, **form.cleaned_data, by=request.user)

    heading = _("Remove “%(title)s”") % {"title": part}
    return _answer(
        request,
        form,
        part.engagement,
        remove,
        heading=heading,
        verb=_("Remove"),
        said=_("Removed."),
        anchor=anchor,
    )


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

    return _answer(
        request,
        form,
        item.engagement,
        save,
        heading=heading,
        verb=verb,
        said=_("Saved."),
        anchor="owners",
    )


@form_page
def ownership_remove(request, pk):
    return _removal(request, get_part(request, OwnershipItem, pk), "owners")


def _offered(request, choices):
    """The kind that the link named, so that one does not choose it again."""
    asked = request.GET.get("kind", "")
    return asked if asked in choices.values else ""


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

    return _answer(
        request,
        form,
        drill.engagement,
        save,
        heading=heading,
        verb=verb,
        said=_("Written down."),
        anchor="drills",
    )


# Words


@form_page
def signature_create(request, pk, side):
    """Each side signs for itself: the lead for the organisation, those who run it for the member."""
    engagement = _get_to_sign(request, pk, side)
    occasion = _occasion(engagement)
    initial = {"name": request.user.full_name, "seen": autonomy.seal_of(engagement)}
    form = SignatureForm(request.POST or None, initial=initial)

    def sign():
        handover.sign(
            engagement,
            occasion=occasion or Signature.Occasion.HANDOVER,
            side=side,
            **form.cleaned_data,
            by=request.user,
            at=timezone.now(),
        )

    heading = (
        _("Sign the closing") if occasion == Signature.Occasion.CLOSING else _("Sign the hand-over")
    )
    return _answer(
        request,
        form,
        engagement,
        sign,
        heading=heading,
        verb=_("Sign"),
        said=_("Your word is shown as you wrote it."),
        anchor="signatures",
        template="engagements/sign.html",
        **what_is_signed(engagement),
    )


def what_is_signed(engagement):
    """What a page shows above a signature; its seal covers it."""
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
    known = engagement.assessments.filter(moment=moment, side=side).first()
    form = AssessmentForm(
        request.POST or None, instance=known or BarrierAssessment(engagement=engagement)
    )

    def assess():
        handover.assess_barriers(
            engagement,
            moment=moment,
            side=side,
            levels=form.levels(),
            comment=form.cleaned_data["comment"],
            seen=form.cleaned_data["seen"],
            by=request.user,
            today=today_of(request),
        )

    words = {"moment": MOMENTS(moment).label, "side": SIDES(side).label}
    return _answer(
        request,
        form,
        engagement,
        assess,
        heading=_("The four barriers %(moment)s, by %(side)s") % words,
        verb=_("Write it down"),
        said=_("Written down."),
        anchor="barriers",
    )


@form_page
def levers_change(request, pk):
    engagement = get_engagement(request, pk, permissions.can_accept_milestone)
    known = ExitOutcome.objects.filter(engagement=engagement).first()
    form = ExitOutcomeForm(
        request.POST or None, instance=known or ExitOutcome(engagement=engagement)
    )

    def save():
        parts.save_part(form.instance, by=request.user, seen=form.cleaned_data["seen"])

    return _answer(
        request,
        form,
        engagement,
        save,
        heading=_("The two levers"),
        verb=_("Write it down"),
        said=_("Written down."),
        anchor="barriers",
    )


# Survival


@form_page
def survival_answer(request, pk):
    """The lead answers with their account; those who run it write down an answer given by telephone."""
    check = get_part(request, SurvivalCheck, pk, permissions.can_accept_milestone)
    form = SurvivalForm(request.POST or None, instance=check, initial=_answering(request, check))

    def answer():
        with their_clock(request):
            survival.answer_check(check, **form.answers(), by=request.user, at=timezone.now())

    return _answer(
        request,
        form,
        check.engagement,
        answer,
        heading=_("Does it still serve you?"),
        verb=_("Answer"),
        said=_("Thank you."),
        anchor="survival",
        note=str(check),
    )


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
