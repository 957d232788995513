from collections import defaultdict
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history
from crm.domain.roles import Role
from crm.forms.organisations import members_of
from crm.forms.refusals import refusals_in
from crm.models import Interaction, SupportRequest
from crm.selectors.paging import in_order, page_by_key
from crm.views.access import answer_form, form_page
from engagements import permissions
from engagements.display import lead_coverage_chart, milestone_chart, summary_cards
from engagements.domain import health
from engagements.domain.stages import MOVES, ORDER, MissedGate, Stage, missing_for
from engagements.forms.engagements import EngagementChangeForm, EngagementCreateForm, MoveForm
from engagements.models import GatePass, HealthRule
from engagements.selectors import holdings
from engagements.services.engagements import (
    NewEngagement,
    StageMove,
    change_engagement,
    move_stage,
    open_engagement,
)
from engagements.services.leads import was_named_today
from engagements.views.access import form_page_of, get_engagement

MAX_WEEKS, MAX_SHOWN, MAX_INTERACTIONS = 3, 3, 10


class StageStop(NamedTuple):
    """A stage on the way, with the gates that the engagement was let through on its way in."""

    label: str
    is_past: bool
    is_current: bool
    passes: list[GatePass]


class Move(NamedTuple):
    """A stage that it may go to, and what is missing for that: shown before one tries."""

    stage: Stage
    missing: list[MissedGate]


@require_safe
def engagement_detail(request, pk):
    return _page_of(request, pk)


@require_POST
def engagement_move(request, pk):
    """To another stage; a refusal comes back on the engagement's own page, in words."""
    engagement = get_engagement(request, pk, permissions.can_move_stage)
    form = MoveForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            move = StageMove(form.cleaned_data["to"], form.cleaned_data["reason"])
            seen = form.cleaned_data["seen"]
            moved = move_stage(engagement, move, by=request.user, at=timezone.now(), seen=seen)
            messages.success(
                request,
                _("The engagement is now in %(stage)s.") % {"stage": moved.get_stage_display()},
            )
            return redirect(
                "engagements:engagement-board" if request.POST.get("back") == "board" else moved
            )
    return _page_of(request, pk, move_form=form)


def _page_of(request, pk, move_form=None):
    today = timezone.localdate()
    engagement = get_engagement(request, pk, today=today)
    rules = list(HealthRule.objects.in_force())
    can_run = permissions.can_run(request.user, engagement)
    context = (
        {
            "engagement": engagement,
            "today": today,
            "health": health.of(engagement, today, rules),
            "can_run": can_run,
            "can_accept": permissions.can_accept_milestone(request.user, engagement),
            "can_resolve": permissions.can_log_progress(request.user, engagement),
            "interactions": list(_interactions(request.user, engagement)) if can_run else [],
            "max_shown": MAX_SHOWN,
            "support_request": _request_of(request.user, engagement),
        }
        | _stage_of(request.user, engagement, today, move_form)
        | _story_of(engagement, today)
        | _leavers_of(engagement, today, can_run)
    )
    context["next_step"] = _next_step(context)
    context["cards"] = summary_cards.of(
        engagement,
        today,
        summary_cards.Rows(context["leads"], context["milestones"], context["blockers"]),
        silence=summary_cards.silence_of(engagement, today, rules),
        rights=summary_cards.Rights(can_run, context["can_accept"], context["can_resolve"]),
    )
    status = 422 if move_form is not None and move_form.errors else 200
    return TemplateResponse(request, "engagements/engagement_detail.html", context, status=status)


def _stage_of(user, engagement, today, move_form):
    """Where it stands on its way, and where those who run it may move it."""
    ahead, others = None, []
    if permissions.can_run(user, engagement):
        ahead, others = _moves(engagement, today)
    return {
        "stages": _stages(engagement),
        "ahead": ahead,
        "others": others,
        "move_form": move_form,
        "can_pass": bool(ahead and ahead.missing) and permissions.can_pass_gate(user, engagement),
    }


def _story_of(engagement, today):
    """What everybody in it reads: who leads, what is planned, what was done."""
    milestones = list(engagement.milestones.in_order())
    leads = list(
        engagement.leads.with_named_at().select_related("contact").order_by("-starts_on", "-pk")
    )
    return {
        "vacant_since": engagement.vacant_since,
        "leads": leads,
        "open_lead": next((lead for lead in leads if not lead.ends_on), None),
        "named_today": leads[0] if leads and was_named_today(leads[0], today) else None,
        "strip": lead_coverage_chart.of(engagement, leads, today),
        "milestones": milestones,
        "timeline": milestone_chart.draw(milestones, today) if milestones else None,
        "blockers": list(engagement.blockers.open().for_list()),
        "logs": engagement.logs.for_feed()[:MAX_WEEKS],
        "solutions": engagement.solutions.order_by("sort_name", "pk"),
        "entries": history.entries(engagement),
    }


def _leavers_of(engagement, today, can_run):
    leavers = holdings.leavers_of(engagement, today) if can_run else holdings.Leavers(set(), set())
    return {"leavers": leavers, "waits": any(leavers)}


def _next_step(context):
    """The one thing that the page asks of its reader before all else, by its name; or ""."""
    ahead = context["ahead"]
    if context["can_run"] and context["health"] and context["vacant_since"]:
        return "appoint"
    if ahead and not ahead.missing:
        return "move"
    if not context["can_accept"]:
        return ""
    if not context["can_run"] and any(
        milestone.done_on and not milestone.accepted_on for milestone in context["milestones"]
    ):
        return "accept"
    return "news"


def _interactions(user, engagement):
    keys = engagement.interactions.values("interaction")
    return Interaction.objects.visible_to(user).filter(pk__in=keys).for_list()[:MAX_INTERACTIONS]


def _request_of(user, engagement):
    """The support request that it came from, for whoever may open it; or None."""
    if engagement.request_id is None or not user.holds(
        Role.ADMINISTRATOR, Role.DESK, Role.COORDINATOR
    ):
        return None
    return SupportRequest.objects.visible_to(user).filter(pk=engagement.request_id).first()


def _stages(engagement):
    """The way forward; a gate that it was let through stands at the stage that it guards."""
    now = ORDER[Stage(engagement.stage)]
    passes = defaultdict(list)
    for passed in engagement.gate_passes.select_related("passed_by").order_by("passed_at", "pk"):
        passes[passed.stage].append(passed)
    return [
        StageStop(
            stage.label,
            ORDER[stage] < now and engagement.stage != Stage.STOPPED,
            stage == engagement.stage,
            passes[stage],
        )
        for stage in Stage
        if stage != Stage.STOPPED
    ]


def _moves(engagement, today):
    """The move forward, or None, and the others, stopping last."""
    now = Stage(engagement.stage)
    allowed = sorted(MOVES[now], key=lambda stage: ORDER[stage])
    moves = [Move(stage, missing_for(engagement, stage, today)) for stage in allowed]
    ahead = [
        move
        for move in moves
        if ORDER[move.stage] == ORDER[now] + 1 and move.stage != Stage.STOPPED
    ]
    return (ahead[0] if ahead else None), [move for move in moves if move not in ahead]


@require_safe
def engagement_feed(request, pk):
    """All week logs, the newest first, a page at a time."""
    engagement = get_engagement(request, pk)
    page = page_by_key(engagement.logs.all(), order=("-week", "-pk"), params=request.GET, size=20)
    logs = in_order(page.keys, engagement.logs.for_feed())
    return TemplateResponse(
        request,
        "engagements/engagement_feed.html",
        {"engagement": engagement, "logs": logs, "page": page},
    )


@form_page
def engagement_create(request):
    if not permissions.can_open_engagement(request.user):
        raise PermissionDenied
    form = EngagementCreateForm(
        request.POST or None,
        user=request.user,
        members=members_of(request.user),
        initial={"started_on": timezone.localdate()},
    )

    def open_it():
        return open_engagement(NewEngagement(**form.cleaned_data), by=request.user)

    done = _("The engagement is open, in scoping.")
    page = form_page_of(None, _("Open an engagement"), _("Open the engagement"), done=done)
    return answer_form(request, form, open_it, page)


@form_page
def engagement_change(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    page = form_page_of(engagement, engagement.title, _("Save the changes"))
    form = EngagementChangeForm(request.POST or None, instance=engagement, user=request.user)

    def change():
        data = form.cleaned_data
        change_engagement(engagement, data, by=request.user, seen=data["seen"])
        messages.success(request, _("%(name)s is saved.") % {"name": data["title"]})

    return answer_form(request, form, change, page)
