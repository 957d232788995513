"""The list of engagements: filtered, sorted, as a file, and what is done with those that are ticked."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crm.domain.refusals import Refused
from crm.domain.text import is_key
from crm.files.spreadsheets import CSV, XLSX, csv_text, download, workbook
from crm.models.saved_views import PageWithViews
from crm.selectors.paging import in_order, page_by_key
from crm.selectors.saved_views import saved_views
from crm.views.access import answer_form, form_page
from engagements import permissions
from engagements.domain import health
from engagements.exports.engagements import table_of
from engagements.filters import EngagementFilter
from engagements.forms.engagements import AssignForm
from engagements.models import Engagement, HealthRule
from engagements.selectors.lists import SORTS, chosen_by, sorted_by, whole_list
from engagements.services.engagements import assign_coordinator
from engagements.views.access import form_page_of

MAX_CHOSEN = 200


@require_safe
def engagement_list(request):
    today = timezone.localdate()
    listing, sort = _listed(request)
    rows, order = sorted_by(listing.qs, sort, today)
    page = page_by_key(rows, order=order, params=request.GET)
    engagements = in_order(page.keys, Engagement.objects.for_list(today))
    rules = HealthRule.objects.in_force()
    context = {
        "filter": listing,
        "page": page,
        "sort": sort,
        "rows": [(engagement, health.of(engagement, today, rules)) for engagement in engagements],
        "runs": {
            engagement.pk
            for engagement in engagements
            if permissions.can_run(request.user, engagement)
        },
        "today": today,
        "query": _without_page(request),
        "saved": saved_views(request.user, PageWithViews.ENGAGEMENTS, request.GET.urlencode()),
        "can_create": permissions.can_open_engagement(request.user),
        "here": "list",
        "can_see_outcomes": permissions.can_see_outcomes(request.user),
    }
    return TemplateResponse(request, "engagements/engagement_list.html", context)


@require_safe
def engagement_csv(request):
    _title, header, rows = _table(request)
    return download(csv_text([header, *rows]), CSV, "csv", _("engagements"))


@require_safe
def engagement_xlsx(request):
    return download(workbook([_table(request)]), XLSX, "xlsx", _("engagements"))


@form_page
def engagement_assign(request):
    """Another coordinator for all that are ticked: all of them or none, and each that may not is told."""
    values = (request.POST or request.GET).getlist("chosen")[: MAX_CHOSEN + 1]
    seen = dict(_key_and_version(value) for value in values)
    chosen = chosen_by(request.user, list(seen))
    if not chosen:
        return redirect("engagements:engagement-list")
    if len(chosen) < len(seen) or len(seen) > MAX_CHOSEN:
        raise Http404
    if not all(permissions.can_run(request.user, engagement) for engagement in chosen):
        raise PermissionDenied
    versions = {
        each.pk: each.version if seen[each.pk] is None else seen[each.pk] for each in chosen
    }
    form = AssignForm(request.POST or None, user=request.user, chosen=chosen, versions=versions)
    heading = ngettext(
        "Entrust %(many)d engagement to a coordinator",
        "Entrust %(many)d engagements to a coordinator",
        len(chosen),
    ) % {"many": len(chosen)}
    page = form_page_of(None, heading, _("Entrust"), done=_("Saved."), context={"is_of_many": True})

    def assign():
        ticked = dict(_key_and_version(value) for value in form.cleaned_data["chosen"])
        pairs = [(each, ticked[each.pk]) for each in chosen if each.pk in ticked]
        try:
            assign_coordinator(pairs, form.cleaned_data["coordinator"], by=request.user)
        except Refused:
            form.offer_anew(chosen_by(request.user, list(seen)))
            raise

    return answer_form(request, form, assign, page)


def _listed(request):
    """(the filter, the sort) that the address asks for."""
    visible = Engagement.objects.visible_to(request.user)
    sort = request.GET.get("sort")
    listing = EngagementFilter(request.GET, visible, request=request)
    return listing, sort if sort in SORTS else "title"


def _table(request):
    """Exactly what the page shows at this address, all of its pages; or those that are ticked, in the same order."""
    listing, sort = _listed(request)
    keys = [_key_and_version(value)[0] for value in request.GET.getlist("chosen")[:MAX_CHOSEN]]
    rows = Engagement.objects.visible_to(request.user).filter(pk__in=keys) if keys else listing.qs
    return table_of(whole_list(rows, sort, timezone.localdate()))


def _key_and_version(value):
    """Of "7" or "7:3"; a version is what the person had before them."""
    key, _colon, version = value.partition(":")
    if not is_key(key):
        raise Http404
    return int(key), int(version) if is_key(version) else None


def _without_page(request):
    query = request.GET.copy()
    for name in ("after", "before", "last", "chosen"):
        query.pop(name, None)
    return query.urlencode()
