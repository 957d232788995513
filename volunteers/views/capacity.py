from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.domain.workdays import monday_of
from crm.files.spreadsheets import XLSX, download, workbook
from crm.selectors.paging import in_order, page_by_key
from volunteers import permissions
from volunteers.exports import month_lists
from volunteers.filters import VolunteerFilter
from volunteers.forms.capacity import HorizonForm
from volunteers.models import Volunteer
from volunteers.selectors import capacity


@require_safe
def capacity_map(request):
    """Person by person and week by week, the days that are still free."""
    if not permissions.can_staff(request.user):
        raise PermissionDenied
    people_filter = VolunteerFilter(
        request.GET, Volunteer.objects.visible_to(request.user), request=request
    )
    horizon = HorizonForm(request.GET)
    weeks = horizon.week_count()
    this_week = monday_of(timezone.localdate())
    monday = monday_of(horizon.first() or this_week)
    page = page_by_key(people_filter.qs, order=("user__sort_name", "pk"), params=request.GET)
    people = in_order(page.keys, Volunteer.objects.with_company().select_related("user"))
    mondays = capacity.mondays_from(monday, weeks)
    by_person = capacity.weeks_of(people, mondays)
    rows = [(volunteer, by_person[volunteer.pk]) for volunteer in people]
    span = timedelta(days=7 * weeks)
    context = {
        "query": request.GET.urlencode(),
        "filter": people_filter,
        "page": page,
        "mondays": mondays,
        "rows": rows,
        "free_now": sum(1 for _volunteer, cells in rows if cells[0].free and cells[0].free > 0),
        "weeks": weeks,
        "horizons": capacity.HORIZONS,
        "monday": monday,
        "this_week": this_week,
        "before": monday - span,
        "after": monday + span,
    }
    return TemplateResponse(request, "volunteers/capacity_map.html", context)


@require_safe
def capacity_xlsx(request):
    """The whole map, whoever is on which page of it."""
    if not permissions.can_staff(request.user):
        raise PermissionDenied
    people_filter = VolunteerFilter(
        request.GET, Volunteer.objects.visible_to(request.user), request=request
    )
    horizon = HorizonForm(request.GET)
    monday = monday_of(horizon.first() or timezone.localdate())
    people = list(
        Volunteer.objects.filter(pk__in=people_filter.qs.order_by().values("pk")).for_list()
    )
    mondays = capacity.mondays_from(monday, horizon.week_count())
    sheets = month_lists.capacity_sheets(people, mondays, capacity.weeks_of(people, mondays))
    return download(workbook(sheets), XLSX, "xlsx", name=f"relais-{monday}")
