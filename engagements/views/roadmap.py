"""The roadmap of one engagement, and all of them: as a timeline, as a board, in a calendar."""

from collections import defaultdict

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history
from crm.domain.refusals import Refused
from crm.domain.text import is_key
from crm.selectors.paging import in_order, page_by_key
from crm.views.access import form_page
from crm.views.ask import secret_page
from crm.web.refusals import refusals_shown
from engagements import permissions
from engagements.calendars import calendar_of
from engagements.display import milestone_chart
from engagements.display import roadmap as roadmap_display
from engagements.domain import health, lead_coverage, roadmap
from engagements.domain.stages import ACTIVE, MOVES, ORDER
from engagements.filters import EngagementFilter
from engagements.forms.milestones import PlanForm
from engagements.models import (
    CalendarLink,
    Engagement,
    HealthRule,
    LeadAppointment,
    Milestone,
    MilestoneTemplate,
    Solution,
)
from engagements.services import calendars
from engagements.services.roadmap import made_from, plan_roadmap
from engagements.views.access import get_engagement

PAGE_SIZE = 25
MAX_CARDS = 20


@require_safe
def engagement_roadmap(request, pk):
    engagement = get_engagement(request, pk)
    today = timezone.localdate()
    milestones = list(engagement.milestones.in_order())
    waits = engagement.dependencies.order_by("pk").values_list("milestone", "after")
    can_run = permissions.can_run(request.user, engagement)
    context = {
        "engagement": engagement,
        "here": "roadmap",
        "today": today,
        "roadmap": roadmap_display.roadmap(
            milestones, today, waits, dict(history.entries_of(milestones, limit=5))
        )
        if milestones
        else None,
        "moved": _moved(request, milestones) if can_run else None,
        "can_run": can_run,
        "can_move": can_run and engagement.is_active,
        "can_accept": permissions.can_accept_milestone(request.user, engagement),
    }
    return TemplateResponse(request, "engagements/roadmap.html", context)


def _moved(request, milestones):
    """What has just moved, while the address says so and nobody has changed it since: it can be taken back."""
    pairs = [pair.split(".") for pair in request.GET.get("moved", "").split("-")]
    if not all(len(pair) == 2 and all(map(is_key, pair)) for pair in pairs):
        return None
    by_key = {milestone.pk: milestone for milestone in milestones}
    moved = [by_key.get(int(key)) for key, _version in pairs]
    versions = [int(version) for _key, version in pairs]
    if any(
        row is None or row.version != version or version == 1
        for row, version in zip(moved, versions, strict=True)
    ):
        return None
    return {"milestone": moved[0], "along": moved[1:]}


@form_page
def roadmap_plan(request, pk):
    """Milestones proposed from templates: one reads them, ticks those to add, and adds them all at once."""
    engagement = get_engagement(request, pk, permissions.can_run)
    sent = request.POST if request.method == "POST" else request.GET
    first = _first_plan(engagement)
    form = PlanForm(sent if "kind" in sent else None, initial=first)
    if form.is_valid():
        first = form.cleaned_data
    planned, there = ([], {}) if form.errors else _planned(engagement, first)
    chosen = (
        set(request.POST.getlist("codes"))
        if request.method == "POST"
        else {row.code for row in planned}
    )
    refusal = None
    if request.method == "POST" and (planned or there):
        try:
            added = plan_roadmap(
                engagement,
                [row for row in planned if row.code in chosen],
                by=request.user,
                there=there,
                again=[there[code].title for code in sorted(chosen & there.keys())],
            )
        except Refused as refused:
            refusal = refused.messages
        else:
            message = ngettext(
                "%(count)s milestone is in the roadmap.",
                "%(count)s milestones are in the roadmap.",
                len(added),
            )
            messages.success(request, message % {"count": len(added)})
            return redirect("engagements:engagement-roadmap", engagement.pk)
    context = {
        "engagement": engagement,
        "here": "roadmap",
        "form": form,
        "sent": [
            ("kind", first["kind"]),
            *(("barriers", barrier) for barrier in first["barriers"]),
            ("first_on", first["first_on"].isoformat()),
        ],
        "planned": [(row, row.code in chosen) for row in planned],
        "titles": {row.code: row.title for row in planned} | there,
        "there": list(there.values()),
        "refusal": refusal,
    }
    status = 422 if refusal or form.errors else 200
    return TemplateResponse(request, "engagements/roadmap_plan.html", context, status=status)


def _first_plan(engagement):
    """What the form begins with: the kind of the solution that is written down, from today on."""
    solution = engagement.solutions.order_by("pk").first()
    first_on = max(engagement.started_on, timezone.localdate())
    return {
        "kind": solution.kind if solution else Solution.Kind.PLATFORM,
        "barriers": [],
        "first_on": first_on,
    }


def _planned(engagement, choices):
    """What the templates propose beyond what the roadmap has, and the milestones of it by the codes of theirs."""
    templates = list(MilestoneTemplate.objects.chosen(choices["kind"], choices["barriers"]))
    there = made_from(templates, engagement)
    days = {code: milestone.planned_on for code, milestone in there.items()}
    steps = [template.step for template in templates]
    return roadmap.plan(steps, choices["first_on"], days), there


@require_safe
def engagement_timeline(request):
    """The engagements that the person sees, a page at a time, on one axis."""
    today = timezone.localdate()
    listing = EngagementFilter(
        request.GET, Engagement.objects.visible_to(request.user), request=request
    )
    page = page_by_key(listing.qs, order=("sort_title", "pk"), params=request.GET, size=PAGE_SIZE)
    engagements = in_order(page.keys, Engagement.objects.select_related("beneficiary"))
    milestones = _by_engagement(
        Milestone.objects.filter(engagement__in=page.keys).order_by("planned_on", "pk")
    )
    leads = _by_engagement(
        LeadAppointment.objects.filter(engagement__in=page.keys).order_by("starts_on", "pk")
    )
    rows = [(row, milestones[row.pk], _cover(row, leads[row.pk], today)) for row in engagements]
    context = {
        "filter": listing,
        "page": page,
        "picture": milestone_chart.portfolio(rows, today) if rows else None,
        "here": "timeline",
        "can_see_outcomes": permissions.can_see_outcomes(request.user),
    }
    return TemplateResponse(request, "engagements/timeline.html", context)


def _by_engagement(rows):
    by_engagement = defaultdict(list)
    for row in rows:
        by_engagement[row.engagement_id].append(row)
    return by_engagement


def _cover(engagement, leads, today):
    appointments = [
        lead_coverage.Appointment(lead.starts_on, lead.ends_on, lead.share) for lead in leads
    ]
    last = today if engagement.is_active else engagement.stage_entered_on
    return lead_coverage.cover(appointments, engagement.started_on, last)


@require_safe
def engagement_board(request):
    """The active engagements by stage; a card moves through the same gates as on its page."""
    today = timezone.localdate()
    listing = EngagementFilter(
        request.GET, Engagement.objects.visible_to(request.user), request=request
    )
    rules = HealthRule.objects.in_force()
    columns = []
    for stage in ACTIVE:
        of_stage = listing.qs.filter(stage=stage)
        keys = list(
            of_stage.order_by("last_news_on", "pk").values_list("pk", flat=True)[: MAX_CARDS + 1]
        )
        cards = in_order(keys[:MAX_CARDS], Engagement.objects.for_list(today))
        ahead = next((to for to in MOVES[stage] if ORDER[to] == ORDER[stage] + 1), None)
        columns.append(
            {
                "stage": stage,
                "ahead": ahead,
                "cards": [(card, health.of(card, today, rules)) for card in cards],
                "has_more": len(keys) > MAX_CARDS,
            }
        )
    cards = [card for column in columns for card, _health in column["cards"]]
    context = {
        "filter": listing,
        "columns": columns,
        "runs": {card.pk for card in cards if permissions.can_run(request.user, card)},
        "here": "board",
        "can_see_outcomes": permissions.can_see_outcomes(request.user),
    }
    return TemplateResponse(request, "engagements/board.html", context)


@form_page
def calendar_links(request):
    """The secret addresses that one has given to calendar programs; a new one is shown once, in this answer."""
    new = None
    if request.method == "POST":
        engagement = None
        if key := request.POST.get("engagement", ""):
            engagement = get_engagement(request, _number(key))
        with refusals_shown(request):
            link, token = calendars.make_calendar_link(
                request.user, engagement=engagement, at=timezone.now()
            )
            path = reverse("engagements:calendar", args=[token])
            new = (link, request.build_absolute_uri(path))
    links = CalendarLink.objects.visible_to(request.user).live().with_sight(request.user)
    context = {
        "links": links.select_related("engagement").order_by("-created_at", "-pk"),
        "new": new,
        "engagements": Engagement.objects.visible_to(request.user)
        .active()
        .order_by("sort_title", "pk")[:100],
    }
    return TemplateResponse(request, "engagements/calendar_links.html", context)


def _number(text):
    if not is_key(text):
        raise Http404
    return int(text)


@require_POST
def calendar_revoke(request, pk):
    link = get_object_or_404(CalendarLink.objects.visible_to(request.user), pk=pk)
    calendars.revoke_calendar_link(link, at=timezone.now())
    messages.success(request, _("This address leads nowhere from now on."))
    return redirect("engagements:calendar-links")


@require_safe
@secret_page
def calendar(request, token):
    """What a calendar program reads; it cannot log in, so the address is the secret."""
    contents = calendars.contents_of_link(token)
    if contents is None:
        raise Http404
    body = calendar_of(contents.engagements, contents.owner, timezone.localdate())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Disposition"] = 'inline; filename="relais.ics"'
    return response
