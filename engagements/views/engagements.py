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
from engagements.display import lead_coverage_chart, milestone_chart
from engagements.domain import health
from engagements.domain.stages import MOVES, ORDER, Stage, missing_for
from engagements.forms.engagements import EngagementChangeForm, EngagementCreateForm, MoveForm
from engagements.models import Engagement, HealthRule
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

MAX_ENTRIES = 10


@require_safe
def engagement_detail(request, pk):
    return _page_of(request, get_engagement(request, pk))


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
    return _page_of(request, engagement, move_form=form)


def _page_of(request, engagement, move_form=None):
    today = timezone.localdate()
    user = request.user
    facts = Engagement.objects.with_facts(today).in_bulk([engagement.pk])[engagement.pk]
    milestones = list(engagement.milestones.in_order())
    leads = list(
        engagement.leads.with_named_at().select_related("contact").order_by("-starts_on", "-pk")
    )
    can_run = permissions.can_run(user, engagement)
    ahead, others = _moves(engagement, today) if can_run else (None, [])
    leavers = holdings.leavers_of(engagement, today) if can_run else holdings.Leavers(set(), set())
    context = {
        "engagement": engagement,
        "today": today,
        "health": health.of(facts, today, HealthRule.objects.in_force()),
        "vacant_since": facts.vacant_since,
        "leads": leads,
        "named_today": leads[0].pk if leads and was_named_today(leads[0], today) else None,
        "strip": lead_coverage_chart.of(engagement, leads, today),
        "milestones": milestones,
        "timeline": milestone_chart.draw(milestones, today) if milestones else None,
        "blockers": engagement.blockers.open().for_list(),
        "logs": engagement.logs.for_feed()[:MAX_ENTRIES],
        "solutions": engagement.solutions.order_by("sort_name", "pk"),
        "passes": engagement.gate_passes.select_related("passed_by").order_by("passed_at", "pk"),
        "interactions": _interactions(user, engagement),
        "support_request": _request_of(user, engagement),
        "stages": _stages(engagement),
        "ahead": ahead,
        "others": others,
        "move_form": move_form,
        "entries": history.entries(engagement),
        "can_run": can_run,
        "leavers": leavers,
        "waits": any(leavers),
        "can_accept": permissions.can_accept_milestone(user, engagement),
        "can_resolve": permissions.can_log_progress(user, engagement),
        "can_pass": can_run and permissions.can_pass_gate(user, engagement),
    }
    status = 422 if move_form is not None and move_form.errors else 200
    return TemplateResponse(request, "engagements/engagement_detail.html", context, status=status)


def _interactions(user, engagement):
    keys = engagement.interactions.values("interaction")
    return Interaction.objects.visible_to(user).filter(pk__in=keys).for_list()[:MAX_ENTRIES]


def _request_of(user, engagement):
    """The support request that it came from, for whoever may open it; or None."""
    if engagement.request_id is None or not user.holds(
        Role.ADMINISTRATOR, Role.DESK, Role.COORDINATOR
    ):
        return None
    return SupportRequest.objects.visible_to(user).filter(pk=engagement.request_id).first()


def _stages(engagement):
    """[(stage, is past, is current)] of the way forward."""
    now = ORDER[Stage(engagement.stage)]
    return [
        (
            stage.label,
            ORDER[stage] < now and engagement.stage != Stage.STOPPED,
            stage == engagement.stage,
        )
        for stage in Stage
        if stage != Stage.STOPPED
    ]


def _moves(engagement, today):
    """The move forward as (stage, what is missing), or None, and the others, stopping last.

    What is missing is shown before one tries.
    """
    now = Stage(engagement.stage)
    allowed = sorted(MOVES[now], key=lambda stage: ORDER[stage])
    moves = [
        (stage, [sentence for _key, sentence in missing_for(engagement, stage, today)])
        for stage in allowed
    ]
    ahead = [
        move for move in moves if ORDER[move[0]] == ORDER[now] + 1 and move[0] != Stage.STOPPED
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
