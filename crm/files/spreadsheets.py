"""Tables as spreadsheets: cells typed, so that what a person typed is never a live formula."""

from io import BytesIO

from django.http import HttpResponse
from django.utils import timezone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
