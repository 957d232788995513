"""Tables that people bring: pasted from a spreadsheet, or as a CSV or XLSX file; cells come out as text."""

import csv
import subprocess
import sys
from io import StringIO
from pathlib import Path

from django.utils.translation import gettext as _

from crm import sheet_reader
from crm.refusals import Refused
from crm.templatetags.formats import number

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 2_000
MOST_COLUMNS = 40
SEPARATORS = "\t;,"
END = "\0"  # a last row that nobody can have typed: it is missing where a quote was left open
READER = Path(sheet_reader.__file__)
MOST_SECONDS = 10


def rows_of_text(text):
    """[[cell]] of a pasted table; the separator is what its first line holds most of. Blank lines stay, as empty rows.

    Refuses what is too long to be looked at row by row, and a quote that swallows all that follows.
    """
    text = text.removeprefix("\ufeff").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    rows = []
    for row in _read(f"{text}\n{END}", separator):
        if row == [END]:
            return rows
        rows.append([cell.strip() for cell in row])
        if len(rows) > MOST_ROWS + 1:
            raise Refused({"text": _too_many_rows()})
        if len(row) > MOST_COLUMNS:
            raise Refused({"text": _("At most %(most)s columns: is this the right table?") % {"most": MOST_COLUMNS}})
    raise _unreadable_cell()


def _read(text, separator):
    try:
        yield from csv.reader(StringIO(text), delimiter=separator)
    except csv.Error as error:
        raise _unreadable_cell() from error


def _unreadable_cell():
    return Refused({"text": _("This table cannot be read: a cell is far too long, or a quote is not closed.")})


def text_of_file(upload):
    """What one would have pasted: an XLSX's first sheet in sight, or a CSV in UTF-8, UTF-16 or old letters."""
    if upload.size > MOST_BYTES:
        raise Refused({"file": _("This file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024 // 1024}})
    content = upload.read()
    if content.startswith(b"PK"):
        return _text_of_workbook(content)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _in_utf_16(content)
    if b"\0" in content:
        raise _unreadable()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _in_old_letters(content)


def _in_utf_16(content):
    """What Excel calls “Unicode text”; more than two bytes a letter leave zeros behind."""
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError as error:
        raise _unreadable() from error
    if "\0" in text:
        raise _unreadable()
    return text


def _in_old_letters(content):
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        words = _("Row %(row)s has letters that cannot be read: save the file as “CSV UTF-8”, then choose it again.")
        row = content.count(b"\n", 0, error.start) + 1
        raise Refused({"file": words % {"row": row}}) from error


def _text_of_workbook(content):
    """Read by a process of its own, which a workbook made to do harm may bring down alone."""
    asked = [sys.executable, "-I", str(READER), str(MOST_ROWS + 1), str(MOST_BYTES)]
    try:
        read = subprocess.run(asked, input=content, capture_output=True, timeout=MOST_SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Refused({"file": _too_large()}) from None
    if read.returncode == 0:
        return read.stdout.decode()
    if read.returncode == sheet_reader.TOO_MANY_ROWS:
        raise Refused({"file": _too_many_rows()})
    if read.returncode == sheet_reader.TOO_LARGE or read.returncode < 0:
        raise Refused({"file": _too_large()})
    raise _unreadable()


def _unreadable():
    return Refused({"file": _("This is no table that can be read: give an XLSX or a CSV file.")})


def _too_many_rows():
    return _("At most %(most)s rows at a time: cut the table in parts.") % {"most": number(MOST_ROWS)}


def _too_large():
    return _("Unpacked, this file is far too large to be a table of figures.")
