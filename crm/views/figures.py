from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm import permissions
from crm.display.charts import draw
from crm.exports.request_figures import delays_of, sheets_of
from crm.files.spreadsheets import CSV, XLSX, csv_text, download, workbook
from crm.filters import FiguresFilter
from crm.models import SupportRequest
from crm.selectors.request_figures import figures


def _figures(request):
    """(the filter of the page, the figures of the requests that it lets through)."""
    if not permissions.can_triage(request.user):
        raise PermissionDenied
    filtered = FiguresFilter(
        request.GET, SupportRequest.objects.visible_to(request.user), request=request
    )
    return filtered, figures(filtered.qs, timezone.localdate())


@require_safe
def request_figures(request):
    filtered, contents = _figures(request)
    context = {
        "filter": filtered,
        "figures": contents,
        "delays": [(words, delay, draw(delay)) for words, delay in delays_of(contents)],
        "query": request.GET.urlencode(),
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "crm/request_figures.html", context)


@require_safe
def request_figures_csv(request):
    _filter, contents = _figures(request)
    lines = []
    for title, header, rows in sheets_of(contents):
        lines += [[title], header, *rows, []]
    return download(csv_text(lines), CSV, "csv")


@require_safe
def request_figures_xlsx(request):
    _filter, contents = _figures(request)
    return download(workbook(sheets_of(contents)), XLSX, "xlsx")
