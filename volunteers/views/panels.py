from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.text import normalise
from volunteers import summaries
from volunteers.models import Volunteer
from volunteers.services import monday_of


@require_safe
def needs_me(request):
    """Coordinators: missions that end or wait to be confirmed. Volunteers: weeks not logged."""
    today = timezone.localdate()
    ending, proposed = summaries.endings_of(request.user, today)
    context = {
        "ending": ending,
        "proposed": proposed,
        "unlogged": summaries.unlogged_weeks_of(request.user, monday_of(today), today),
    }
    return TemplateResponse(request, "volunteers/_needs_me.html", context)


@require_safe
def search_results(request):
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    people = []
    if text:
        visible = Volunteer.objects.visible_to(request.user)
        people = visible.filter(user__search__contains=normalise(text)).for_list()[:10]
    return TemplateResponse(request, "volunteers/_search_results.html", {"people": people})
