from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm import permissions
from crm.display.samples import samples
from crm.domain.roles import Role
from crm.domain.today import today_of
from crm.domain.todos import snooze_days
from crm.filters import OrganisationFilter
from crm.forms.style import REFUSED, SampleForm, SampleWeekForm
from crm.models import Contact, Organisation, Snooze, SupportRequest
from crm.models.saved_views import PageWithViews
from crm.selectors.first_steps import first_steps_of
from crm.selectors.saved_views import SavedViews
from crm.services import invitations
from crm.services.digest import todos_of
from crm.web.panels import panel

MAX_RESULTS = 10
MAX_PUT_OFF = 50
PANELS = ["engagements:search-results", "volunteers:search-results"]


@require_safe
def home(request):
    """What waits for the person, with a volunteer's week on top. Funders start at their summary."""
    user = request.user
    if user.holds(Role.FUNDER) and not user.holds(
        Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEAD, Role.DESK
    ):
        return redirect("impact:summary")
    if user.is_superuser and invitations.is_without_administrator():
        return redirect("crm:first-steps")
    request.filled = []  # a panel that has the one filled button of the page says so
    today = timezone.localdate()
    only, start = request.GET.get("only", ""), request.GET.get("from", "")
    waiting = today_of(
        todos_of(user, today),
        today,
        only=only,
        is_whole=bool(only) or "all" in request.GET,
        start=int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 0,
    )
    context = {
        "waiting": waiting,
        "counts": _counts(waiting, only),
        "only": only,
        "days": snooze_days(today),
        "put_off": Snooze.objects.visible_to(user).live(today).for_list()[:MAX_PUT_OFF],
        "filled": request.filled,
        "first_steps": first_steps_of(user),
    }
    return TemplateResponse(request, "crm/home.html", context)


def _counts(waiting, only):
    """Each kind of what waits, as a link to its kind alone, or back from it; none where there is but one kind."""
    home = reverse("crm:home")
    if len(waiting.counts) < 2:
        return []
    return [
        (
            count.many,
            count.words,
            home if count.nature.key == only else f"{home}?only={count.nature.key}",
            count.is_bad,
            count.nature.key == only,
        )
        for count in waiting.counts
    ]


@require_safe
def search(request):
    """Everything that carries these words, each app through its own panel; where nothing does, what comes near."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    results = _results(request, text)
    request.searches_near = bool(text) and not any(map(len, results.values()))
    if request.searches_near:
        results = _results(request, text)
    are_near = request.searches_near and any(map(len, results.values()))
    return TemplateResponse(
        request, "crm/search.html", {"text": text, "are_near": are_near, **results}
    )


def _results(request, text):
    """The rows of each kind and the panels of other apps that carry the text."""
    visible = {"organisations": Organisation, "contacts": Contact, "requests": SupportRequest}
    rows = {
        name: list(
            model.objects.visible_to(request.user).looked_up(text, request).for_list()[:MAX_RESULTS]
        )
        if text
        else []
        for name, model in visible.items()
    }
    panels = [panel(request, name) for name in PANELS] if text else []
    return {**rows, "panels": [html for html in panels if html.strip()]}


@require_safe
def style(request):
    if not permissions.can_see_style(request.user):
        raise PermissionDenied
    nothing = Organisation.objects.none()
    context = {
        "code": samples(),
        "form": SampleForm(),
        "refused": SampleForm(REFUSED, prefix="refused"),
        "filters": OrganisationFilter(queryset=nothing).form,
        "line": OrganisationFilter(queryset=nothing, prefix="line").form,
        "saved": SavedViews(PageWithViews.ENGAGEMENTS.value, "needs=late"),
        "sort": "name",
        "week": SampleWeekForm(prefix="week"),
    }
    return TemplateResponse(request, "crm/style.html", context)
