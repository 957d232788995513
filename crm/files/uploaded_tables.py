"""Tables that people bring: pasted from a spreadsheet, or as a CSV, XLSX or ODS file; cells come out as text."""

import codecs
import csv
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.domain.formatting import number, plural_of
from crm.domain.refusals import Refused
from crm.domain.text import normalise
from crm.files import workbook_process
from crm.files.workbook_process import HEADING_ROWS, MIN_HEADINGS

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 2_000
MAX_COLUMNS = 40
SEPARATORS = "\t;,"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
NO_TABLES = (
    b"%pdf",
    b"{\\rtf",
    b"<?xml",
    b"<html",
    b"<!doctype",
    b"<table",
    b"\x1f\x8b",
    b"\x89png",
)
# A last row that nobody can have typed: it is missing where a quote was left open.
END = "\0"
READER = Path(workbook_process.__file__)
MAX_SECONDS = 10
MAX_NAMED = 10  # rows whose numbers a sentence gives
NAMED_SEPARATOR = re.compile(r'"?sep=([;,\t|])"?[;,\t]*\n', re.IGNORECASE)
REMARK = re.compile(r"(?<=.) ?\([^()]*\)$")
TWICE = re.compile("[ÃÂ][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|â€")
LETTERS = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüýÿßšžÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝŸŠŽªº")
QUOTES = frozenset("“”‘«»–—…•‹›™")  # at the edge of a word, never inside
MARKS = frozenset("’\u00a0°€§²³©®±×µ·½¼¾")


@dataclass(frozen=True)
class Sheet:
    """A table as tab-separated text, and what its reader should know of the file that it came from."""

    text: str
    name: str = ""
    names: tuple[str, ...] = ()
    hidden: tuple[int, ...] = ()
    uncomputed: int = 0
    merged: tuple[tuple[int, int, int], ...] = ()  # first row, last row, columns

    def notes(self):
        """Sentences about what does not show in the table itself."""
        if self.hidden:
            yield ngettext(
                "%(number)s hidden row is read like the others: row %(rows)s.",
                "%(number)s hidden rows are read like the others: rows %(rows)s.",
                plural_of(len(self.hidden)),
            ) % {
                "number": number(len(self.hidden)),
                "rows": ", ".join(map(str, self.hidden[:MAX_NAMED])),
            }
        if self.uncomputed:
            yield ngettext(
                "%(number)s formula was never computed and reads as empty: open the file in a spreadsheet, save it, "
                "and choose it again.",
                "%(number)s formulas were never computed and read as empty: open the file in a spreadsheet, save it, "
                "and choose it again.",
                plural_of(self.uncomputed),
            ) % {"number": number(self.uncomputed)}


def rows_of_text(text, headings=frozenset()):
    """[[cell]] of a pasted table. Blank rows stay, so that rows keep the numbers that a spreadsheet gives them.

    The separator is the one that the table names ("sep=;"), else the one that gives most of the known `headings`,
    else the one that its first line holds most often. Refused are tables with too many rows or columns, and a quote
    that swallows all that follows. Empty rows and columns do not count: spreadsheets keep those that were emptied.
    """
    text = (
        text.removeprefix("\ufeff")
        .replace("\0", "")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .rstrip("\n")
    )
    named = NAMED_SEPARATOR.match(text)
    separator = named[1] if named else _separator_of(text, headings)
    text = text[named.end() :] if named else text
    rows, filled = [], 0
    for row in _csv_rows(f"{text}\n{END}", separator):
        if row == [END]:
            return rows
        rows.append([cell.strip() for cell in row])
        width = max((place for place, cell in enumerate(rows[-1], start=1) if cell), default=0)
        filled += width > 0
        if filled > MAX_ROWS + 1 or len(rows) > workbook_process.MAX_LINES:
            raise Refused({"text": _too_many_rows()})
        if width > MAX_COLUMNS:
            raise Refused(
                {
                    "text": _("At most %(most)s columns: is this the right table?")
                    % {"most": MAX_COLUMNS}
                }
            )
    raise _unreadable_cell()


def _separator_of(text, headings):
    lines = [line for line in text.split("\n", HEADING_ROWS)[:HEADING_ROWS] if line.strip()] or [""]

    def known_in(separator):
        return max(
            sum(plain(cell.strip('"')) in headings for cell in line.split(separator))
            for line in lines
        )

    best = max(SEPARATORS, key=lambda separator: (known_in(separator), lines[0].count(separator)))
    return best if known_in(best) >= MIN_HEADINGS else max(SEPARATORS, key=lines[0].count)


def plain(heading):
    """A heading as it is compared: without accents, capitals, line breaks, invisible letters, remarks in brackets."""
    letters = "".join(
        letter for letter in normalise(heading) if letter.isprintable() or letter.isspace()
    )
    words = " ".join(letters.split())
    return REMARK.sub("", words).strip(" :*")


def heading_row(rows, headings):
    """The index of the row of headings: the first with two known ones, else the first that is not empty."""
    for place, row in enumerate(rows[:HEADING_ROWS]):
        if sum(plain(cell) in headings for cell in row) >= MIN_HEADINGS:
            return place
    return next((place for place, row in enumerate(rows) if any(row)), 0)


def _csv_rows(text, separator):
    try:
        yield from csv.reader(StringIO(text), delimiter=separator)
    except csv.Error as error:
        raise _unreadable_cell() from error


def _unreadable_cell():
    return Refused(
        {"text": _("This table cannot be read: a cell is far too long, or a quote is not closed.")}
    )


def text_of_file(upload):
    return read_file(upload).text


def read_file(upload, headings=frozenset(), sheet=""):
    """A table of an XLSX or ODS workbook, or a CSV in UTF-8, UTF-16 or old letters.

    Of a workbook the named sheet, else the first visible one with a row of known `headings`.
    """
    if upload.size > MAX_BYTES:
        raise Refused(
            {
                "file": _("This file is larger than %(most)s MB.")
                % {"most": MAX_BYTES // 1024 // 1024}
            }
        )
    content = upload.read()
    if content.startswith(OLD_EXCEL):
        words = _(
            "This is an old Excel file (.xls), or one with a password: save it as XLSX without a password, "
            "then choose it again."
        )
        raise Refused({"file": words})
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower().startswith(NO_TABLES):
        raise _unreadable()
    if content.startswith(b"PK"):
        return _read_workbook(content, headings, sheet)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Sheet(_in_utf_16(content))
    if b"\0" in content:
        raise _unreadable()
    try:
        return Sheet(_once_encoded(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        return Sheet(_in_old_letters(content))


def _once_encoded(text):
    """The text, decoded once more where it was encoded twice: "EnquÃªte" is "Enquête"."""
    if not TWICE.search(text):
        return text
    try:
        return text.encode("cp1252", "latin-1-where-undefined").decode("utf-8")
    except UnicodeError as error:
        raise _strange_letters(text[: TWICE.search(text).start()].count("\n") + 1) from error


def _latin_where_undefined(error):
    """For codecs: five bytes have no letter in cp1252; programs that encode twice keep them as they are."""
    part = error.object[error.start : error.end]
    if any(ord(letter) > 0x9F for letter in part):
        raise error
    return part.encode("latin-1"), error.end


codecs.register_error("latin-1-where-undefined", _latin_where_undefined)


def _in_utf_16(content):
    """The text of what Excel calls “Unicode text”; zeros in it mean more than two bytes a letter: refused."""
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError as error:
        raise _unreadable() from error
    if "\0" in text:
        raise _unreadable()
    return text


def _in_old_letters(content):
    """The text in the first of the old encodings of Windows, Macintosh and DOS in which all of it looks like words."""
    for coding in ("cp1252", "mac_roman", "cp850"):
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        if not _strange(text):
            return text
    at = next(place for place, byte in enumerate(content) if byte > 0x7F)
    raise _strange_letters(content.count(b"\n", 0, at) + 1)


def _strange(text):
    """Whether a letter stands where no word has it: "salariŽs", "Enquˆte", "d“t", "PremiËre"."""
    for before, letter, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if ord(letter) < 0x80:
            continue
        if letter.isalpha():
            is_strange = letter not in LETTERS or (letter.isupper() and before.islower())
        elif letter in QUOTES:
            is_strange = before.isalpha() and after.isalpha()
        else:
            is_strange = letter not in MARKS
        if is_strange:
            return True
    return False


def _strange_letters(row):
    words = _(
        "Row %(row)s has letters that cannot be read: save the file as “CSV UTF-8”, then choose it again."
    )
    return Refused({"file": words % {"row": row}})


def _read_workbook(content, headings, sheet):
    """Read a workbook in a process of its own: one that is made to do harm brings down nothing else."""
    command = [
        sys.executable,
        "-I",
        str(READER),
        str(MAX_ROWS + 1),
        str(MAX_BYTES),
        json.dumps(sorted(headings)),
        sheet,
    ]
    try:
        process = subprocess.run(command, input=content, capture_output=True, timeout=MAX_SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Refused({"file": _too_large()}) from None
    if process.returncode == 0:
        return _sheet_of(json.loads(process.stdout))
    if process.returncode == workbook_process.TOO_MANY_ROWS:
        raise Refused({"file": _too_many_rows()})
    if process.returncode == workbook_process.NO_SUCH_SHEET:
        raise Refused({"sheet": _("This file has no visible sheet of that name.")})
    if process.returncode == workbook_process.TOO_LARGE or process.returncode < 0:
        raise Refused({"file": _too_large()})
    raise _unreadable()


def _sheet_of(table):
    out = StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(table["rows"])
    return Sheet(
        out.getvalue(),
        name=table["sheet"],
        names=tuple(table["sheets"]),
        hidden=tuple(table["hidden"]),
        uncomputed=table["uncomputed"],
        merged=tuple(map(tuple, table["merged"])),
    )


def _unreadable():
    return Refused(
        {"file": _("This is no table that can be read: give an XLSX, an ODS or a CSV file.")}
    )


def _too_many_rows():
    return _("At most %(most)s rows at a time: cut the table in parts.") % {
        "most": number(MAX_ROWS)
    }


def _too_large():
    return _("Unpacked, this file is far too large to be a table of figures.")
