"""Tables as CSV and as spreadsheets: what a person typed is never a live formula."""

import csv
from io import BytesIO, StringIO

from django.http import HttpResponse
from django.utils import timezone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
TRIGGERS = "=+-@\t\r|%\uff1d\uff0b\uff0d\uff20"


def csv_text(rows):
    """Rows of texts, numbers and days as a file that a French spreadsheet opens by a click."""
    text = StringIO()
    csv.writer(text, delimiter=";").writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()


def _harmless(cell):
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if not isinstance(cell, str):
        return "" if cell is None else cell
    start = cell.lstrip(" \u00a0\ufeff\n\r\t\"';")
    return f"'{cell}" if start and (start[0] in TRIGGERS or cell[0] in TRIGGERS) else cell


def workbook(sheets):
    """The bytes of an XLSX of [(title, header, rows)]; dates stay dates, numbers stay numbers."""
    import xlsxwriter  # a quarter of a second that only downloads need

    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for title, header, rows in sheets:
            sheet = book.add_worksheet(title[:31])
            sheet.write_row(0, 0, header, bold)
            for place, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(place, column, cell)
                    elif hasattr(cell, "isoformat"):
                        sheet.write_datetime(place, column, cell, day)
                    elif cell is not None:
                        sheet.write_number(place, column, cell)
            sheet.autofit()
    return content.getvalue()


def download(content, media_type, extension, name="relais"):
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = (
        f'attachment; filename="{name}-{timezone.localdate()}.{extension}"'
    )
    return response
