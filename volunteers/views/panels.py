from datetime import timedelta

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.domain.roles import Role
from crm.domain.todos import MAX_SHOWN
from crm.domain.workdays import monday_of
from crm.models import Organisation
from crm.web.clock import their_clock
from volunteers.models import Assignment, Volunteer
from volunteers.models.volunteers import lent_by

MAX_ASSIGNMENTS = 5


@require_safe
def own(request):
    """A volunteer's way in, on top of the home page: the week of each running assignment, and what is theirs."""
    with their_clock(request):
        monday = monday_of(timezone.localdate())
    mine = (
        Assignment.objects.of(request.user)
        .confirmed()
        .overlapping(monday, monday + timedelta(days=6))
        .for_list()
    )
    is_volunteer = request.user.holds(Role.VOLUNTEER)
    context = {
        "is_volunteer": is_volunteer,
        "running": mine[:MAX_ASSIGNMENTS] if is_volunteer else [],
    }
    if context["running"]:
        getattr(request, "filled", []).append("own-week")
    return TemplateResponse(request, "volunteers/_own.html", context)


@require_safe
def of_organisation(request, pk):
    """On an organisation's page: the people that it lends, and those who work or worked for it."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    worked = Assignment.objects.filter(engagement__beneficiary=organisation).values("volunteer")
    theirs = Volunteer.objects.visible_to(request.user).filter(
        lent_by([organisation.pk]) | Q(pk__in=worked)
    )
    return TemplateResponse(
        request, "volunteers/_of_organisation.html", {"people": theirs.for_list()[:MAX_SHOWN]}
    )


@require_safe
def search_results(request):
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    people = []
    if text:
        visible = Volunteer.objects.visible_to(request.user)
        at_address = visible.at_address(text, request.user)
        found = at_address if at_address.exists() else visible.looked_up(text, request)
        people = found.for_list()[:10]
    return TemplateResponse(request, "volunteers/_search_results.html", {"people": people})
