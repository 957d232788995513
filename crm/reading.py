"""Tables that people bring: pasted from a spreadsheet, or as a CSV or XLSX file; cells come out as text."""

import csv
import re
import zipfile
import zlib
from datetime import date, datetime, time
from functools import reduce
from io import BytesIO, StringIO

from django.utils.translation import gettext as _

from crm.refusals import Refused

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 50 * 1024 * 1024
MOST_CELLS = 2_000_000
MOST_ROWS = 2_000
MOST_COLUMNS = 40
SEPARATORS = "\t;,"
CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')


def rows_of_text(text):
    """[[cell]] of a pasted table; the separator is what its first line holds most of. Blank lines stay, as empty rows.

    Refuses what is too long to be looked at row by row.
    """
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    rows = []
    for row in _read(text, separator):
        rows.append([cell.strip() for cell in row])
        if len(rows) > MOST_ROWS + 1:
            raise Refused({"text": _("At most %(most)s rows at a time: cut the table in parts.") % {"most": MOST_ROWS}})
        if len(row) > MOST_COLUMNS:
            raise Refused({"text": _("At most %(most)s columns: is this the right table?") % {"most": MOST_COLUMNS}})
    return rows


def _read(text, separator):
    try:
        yield from csv.reader(StringIO(text), delimiter=separator)
    except csv.Error as error:
        raise Refused(
            {"text": _("This table cannot be read: a cell is far too long, or a quote is not closed.")}
        ) from error


def text_of_file(upload):
    """What one would have pasted: the first sheet of an XLSX, or a CSV in UTF-8 or in the letters of old Excel."""
    if upload.size > MOST_BYTES:
        raise Refused({"file": _("This file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024 // 1024}})
    content = upload.read()
    if content.startswith(b"PK"):
        return _text_of_workbook(content)
    if b"\0" in content:
        raise Refused({"file": _("This is no table that can be read: give an XLSX or a CSV file.")})
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _text_of_workbook(content):
    import python_calamine  # ten milliseconds that only imports need

    unreadable = Refused({"file": _("This is no table that can be read: give an XLSX or a CSV file.")})
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(_unpacked_within_reason(content))
        rows = book.get_sheet_by_index(0).to_python()
    except (zipfile.BadZipFile, zlib.error, python_calamine.CalamineError, KeyError, IndexError, ValueError) as error:
        raise unreadable from error
    if len(rows) > MOST_ROWS + 1:
        raise Refused({"file": _("At most %(most)s rows at a time: cut the table in parts.") % {"most": MOST_ROWS}})
    out = StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _unpacked_within_reason(content):
    """The same workbook packed anew: no part larger than it said, no cell so far out that the reader runs dry."""
    too_large = Refused({"file": _("Unpacked, this file is far too large to be a table of figures.")})
    anew = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as packed, zipfile.ZipFile(anew, "w") as copy:
        packed.getinfo("xl/workbook.xml")
        left = MOST_UNPACKED
        for part in packed.infolist():
            left -= part.file_size
            if left < 0:
                raise too_large
            whole = packed.read(part)
            if _spread(whole) > MOST_CELLS:
                raise too_large
            copy.writestr(part.filename, whole)
    anew.seek(0)
    return anew


def _spread(part):
    """Rows times columns that a sheet reaches over: a reader keeps them all, the empty ones too."""
    columns = rows = 0
    for letters, row in CELL.findall(part):
        rows = max(rows, int(row))
        columns = max(columns, reduce(lambda column, letter: column * 26 + letter - 64, letters, 0))
    return rows * columns


def _cell(value):
    """As a person would type it; a whole number that came as 12.0 is 12."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
