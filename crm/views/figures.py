import csv
from io import StringIO

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm import permissions
from crm.display.charts import draw
from crm.exports.request_figures import delays_of, harmless, sheets_of
from crm.files.spreadsheets import XLSX, download, workbook
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
    text = StringIO()
    writer = csv.writer(text, delimiter=";")
    for title, header, rows in sheets_of(contents):
        writer.writerow([title])
        writer.writerow(header)
        writer.writerows([harmless(cell) for cell in row] for row in rows)
        writer.writerow([])
    return download("\ufeff" + text.getvalue(), "text/csv; charset=utf-8", "csv")


@require_safe
def request_figures_xlsx(request):
    _filter, contents = _figures(request)
    return download(workbook(sheets_of(contents)), XLSX, "xlsx")
