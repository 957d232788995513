import csv
from io import BytesIO, StringIO

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm import permissions, summaries, tables
from crm.curves import draw
from crm.filters import FiguresFilter
from crm.models import SupportRequest


def _figures(request):
    if not permissions.can_triage(request.user):
        raise PermissionDenied
    found = FiguresFilter(request.GET, SupportRequest.objects.visible_to(request.user), request=request)
    return found, summaries.figures(found.qs, timezone.localdate())


@require_safe
def request_figures(request):
    found, figures = _figures(request)
    context = {
        "filter": found,
        "figures": figures,
        "delays": [(words, delay, draw(delay)) for words, delay in tables.delays_of(figures)],
        "query": request.GET.urlencode(),
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "crm/request_figures.html", context)


@require_safe
def request_figures_csv(request):
    _found, figures = _figures(request)
    text = StringIO()
    writer = csv.writer(text, delimiter=";")
    for title, header, rows in tables.sheets_of(figures):
        writer.writerow([title])
        writer.writerow(header)
        writer.writerows([tables.harmless(cell) for cell in row] for row in rows)
        writer.writerow([])
    return _download("\ufeff" + text.getvalue(), "text/csv; charset=utf-8", "csv")


@require_safe
def request_figures_xlsx(request):
    import xlsxwriter  # a quarter of a second that only this page needs

    _found, figures = _figures(request)
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        for title, header, rows in tables.sheets_of(figures):
            sheet = book.add_worksheet(title[:31])
            sheet.write_row(0, 0, header, bold)
            for place, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(place, column, cell)
                    elif cell is not None:
                        sheet.write_number(place, column, cell)
            sheet.autofit()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _download(content.getvalue(), kind, "xlsx")


def _download(content, media_type, extension):
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="relais-{timezone.localdate()}.{extension}"'
    return response
