from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.views.needs import needs_panel
from volunteers import summaries
from volunteers.models import Volunteer


@require_safe
def needs_me(request):
    """Coordinators: missions that end or wait to be confirmed. Volunteers: weeks not logged."""
    found = summaries.needs_of(request.user, timezone.localdate())
    return needs_panel(request, found, id="needs-team", title=_("Team"))


@require_safe
def search_results(request):
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    people = []
    if text:
        people = Volunteer.objects.visible_to(request.user).looked_up(text, request).for_list()[:10]
    return TemplateResponse(request, "volunteers/_search_results.html", {"people": people})
