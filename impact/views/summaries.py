from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.audit import history
from crm.models import Organisation
from crm.selectors.paging import in_order, page_by_key
from engagements.forms.memory import SinceForm
from engagements.models import Engagement
from engagements.selectors import changes
from impact import permissions
from impact.display import charts
from impact.display.narrative import story_of
from impact.filters import PortfolioFilter
from impact.models import Baseline, Funding, Measurement, reported_to
from impact.selectors import definition_changes, due_measurements, summaries, totals
from impact.selectors.news import PORTFOLIO_NEWS_LIMIT, since_last_reading
from impact.views.access import get_reported

PAGE_SIZE = 10
HISTORY_LIMIT = 50  # rows of each kind whose history is shown
REPORTS_LIMIT = 50
UNPUBLISHED_LIMIT = 50
FUNDINGS_LIMIT = 10


@require_safe
def summary(request):
    """What changed, over the engagements whose published impact the person reads; stopped ones included."""
    portfolio_filter = PortfolioFilter(request.GET, reported_to(request.user), request=request)
    reported = portfolio_filter.qs
    page = page_by_key(reported, order=("sort_title", "pk"), params=request.GET, size=PAGE_SIZE)
    engagements = in_order(page.keys, Engagement.objects.select_related("beneficiary"))
    is_first_page = not any(request.GET.values())
    context = {
        "filter": portfolio_filter,
        "chosen": portfolio_filter.chosen,
        "since": since_last_reading(request.user, at=timezone.now(), limit=PORTFOLIO_NEWS_LIMIT)
        if is_first_page
        else None,
        "portfolio": totals.portfolio_totals(reported),
        "can_declare": permissions.overlaps_to_declare(request.user),
        "page": page,
        "sections": _with_charts(summaries.summarise(engagements)),
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "impact/summary.html", context)


@require_safe
def engagement_impact(request, pk):
    engagement, today = get_reported(request, pk), timezone.localdate()
    can_record = permissions.can_record(request.user, engagement)
    can_run = permissions.can_run(request.user, engagement)
    section = summaries.summarise([engagement])[0]
    unpublished = (
        Measurement.objects.visible_to(request.user)
        .filter(metric__engagement=engagement)
        .unpublished()
    )
    context = {
        "engagement": engagement,
        "section": _with_charts([section])[0],
        "redefined": definition_changes.redefined([each.metric for each in section.metrics]),
        "can_record": can_record,
        "can_run": can_run,
        "fundings": _fundings_of(engagement) if can_run else [],
        "story": story_of(section),
        "reports": engagement.impact_reports.defer("contents").order_by("-pk")[:REPORTS_LIMIT],
        "unpublished": unpublished.select_related("metric__indicator").order_by("pk")[
            :UNPUBLISHED_LIMIT
        ]
        if can_record
        else [],
        "recording": _with_expected(section, today) if can_record else [],
        "today": today,
    }
    return TemplateResponse(request, "impact/engagement_impact.html", context)


def _fundings_of(engagement):
    fundings = engagement.fundings.select_related("funder")
    return fundings.order_by("-starts_on", "-pk")[:FUNDINGS_LIMIT]


@require_safe
def engagement_history(request, pk):
    """Who recorded, published and corrected what, and who funds it; for those who run the engagement."""
    engagement = get_reported(request, pk)
    if not permissions.can_run(request.user, engagement):
        raise PermissionDenied
    newest = ("-recorded_on", "-pk")
    baselines, measurements = (
        rows.objects.filter(metric__engagement=engagement)
        .select_related("metric__indicator", "metric__engagement")
        .order_by(*newest)[:HISTORY_LIMIT]
        for rows in (Baseline, Measurement)
    )
    metrics = engagement.metrics.select_related("indicator", "engagement").order_by(
        "position", "pk"
    )
    parts = [
        *history.entries_of(metrics),
        *history.entries_of(baselines),
        *history.entries_of(measurements),
        *history.entries_of(
            engagement.fundings.select_related("funder", "engagement").order_by("-starts_on", "-pk")
        ),
    ]
    back = reverse("impact:engagement-impact", args=[pk])
    return TemplateResponse(
        request, "crm/history.html", {"of": engagement, "back": back, "parts": parts}
    )


@require_safe
def engagement_panel(request, pk):
    """The panel of an engagement's page."""
    engagement = get_reported(request, pk)
    context = {
        "engagement": engagement,
        "summaries": summaries.findings(engagement),
        "can_record": permissions.can_record(request.user, engagement),
    }
    return TemplateResponse(request, "impact/_engagement_panel.html", context)


@require_safe
def definitions_changed(request):
    """The panel of the page of changes: indicators, and the metrics of the engagements that the person works in."""
    today = timezone.localdate()
    form = SinceForm({"since": request.GET.get("since") or changes.last_monday(today)}, today=today)
    redefinitions = (
        definition_changes.changed_since(request.user, form.cleaned_data["since"])
        if form.is_valid()
        else []
    )
    return TemplateResponse(
        request, "impact/_definitions_changed.html", {"definitions": redefinitions}
    )


@require_safe
def of_organisation(request, pk):
    """On an organisation's page: what it funds, and who funds what it is supported with."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    theirs = Funding.objects.visible_to(request.user).filter(
        Q(funder=organisation) | Q(engagement__beneficiary=organisation)
    )
    rows = theirs.select_related("funder", "engagement").order_by("-starts_on", "-pk")[
        :FUNDINGS_LIMIT
    ]
    return TemplateResponse(request, "impact/_of_organisation.html", {"fundings": rows})


def _with_expected(section, today):
    """[(metric summary, the measurement that is expected next or None)]."""
    expected = due_measurements.expected_measurements(section.engagement, today)
    return [(summary, expected.get(summary.metric.pk)) for summary in section.metrics]


def _with_charts(sections):
    """[(section, [(metric summary, chart)])] for the template."""
    return [
        (
            section,
            [(summary, charts.draw(summary, section.reached)) for summary in section.metrics],
        )
        for section in sections
    ]
