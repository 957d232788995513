"""Reads a workbook from its input and writes the table of its first visible sheet, in a process of its own.

A workbook of five kilobytes can make a reader ask for gigabytes, or stop it dead: here it meets limits of memory and
of time, and takes nobody else along. Started by crm.reading; knows nothing of Django.
"""

import csv
import re
import sys
import zipfile
from datetime import date, datetime, time
from functools import reduce
from io import BytesIO, StringIO
from xml.etree import ElementTree

MOST_MEMORY = 256 * 1024 * 1024
MOST_SECONDS = 5
MOST_UNPACKED = 50 * 1024 * 1024
TOO_LARGE, TOO_MANY_ROWS = 3, 4
CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def main(most_rows, most_characters):
    import resource  # systems other than Unix have none, and must be able to import this module

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        rows = rows_of(sys.stdin.buffer.read())
        if len(rows) > most_rows:
            return TOO_MANY_ROWS
        text = text_of(rows)
    except MemoryError:
        return TOO_LARGE
    if len(text) > most_characters:
        return TOO_LARGE
    sys.stdout.buffer.write(text.encode())
    return 0


def rows_of(content):
    import python_calamine

    with zipfile.ZipFile(BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            raise MemoryError
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        name = next(
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        )
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python()
        for row, column, told in _errors(packed, name):
            rows[row - sheet.start[0]][column - sheet.start[1]] = told
    return rows


def _errors(packed, name):
    """(row, column, "#N/A") of the cells that the spreadsheet could not compute; the reader takes them for empty."""
    sheets = ElementTree.fromstring(packed.read("xl/workbook.xml")).iter()  # noqa: S314 memory and time are bounded
    key = next(
        value for sheet in sheets if sheet.get("name") == name for at, value in sheet.items() if at.endswith("}id")
    )
    relations = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    target = next(each.get("Target") for each in relations if each.get("Id") == key)
    part = packed.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    if b't="e"' not in part and b"t='e'" not in part:
        return
    for _event, cell in ElementTree.iterparse(BytesIO(part)):  # noqa: S314
        place = CELL.fullmatch(cell.get("r", "")) if cell.get("t") == "e" else None
        if place:
            letters, row = place.groups()
            column = reduce(lambda column, letter: column * 26 + ord(letter) - 64, letters, 0)
            yield int(row) - 1, column - 1, "".join(cell.itertext())


def text_of(rows):
    out = StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cell(value):
    """As a person would type it; a whole number that came as 12.0 is 12."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
