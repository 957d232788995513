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
from crm.files.workbook_process import KNOWN, LOOKED_AT

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
END = "\0"  # a last row that nobody can have typed: it is missing where a quote was left open
READER = Path(workbook_process.__file__)
MAX_SECONDS = 10
TOLD = 10  # rows that a sentence names
NAMED_SEPARATOR = re.compile(r'"?sep=([;,\t|])"?[;,\t]*\n', re.IGNORECASE)
REMARK = re.compile(r"(?<=.) ?\([^()]*\)$")
TWICE = re.compile("[ÃÂ][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|â€")
LETTERS = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüýÿßšžÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝŸŠŽªº")
QUOTES = frozenset("“”‘«»–—…•‹›™")  # at the edge of a word, never inside
MARKS = frozenset("’\u00a0°€§²³©®±×µ·½¼¾")


@dataclass(frozen=True)
class Sheet:
    """A table as one would have pasted it, and what its reader should know of the file that it came from."""

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
                "rows": ", ".join(map(str, self.hidden[:TOLD])),
            }
        if self.uncomputed:
            yield ngettext(
                "%(number)s formula was never computed and reads as empty: open the file in a spreadsheet, save it, "
                "and choose it again.",
                "%(number)s formulas were never computed and read as empty: open the file in a spreadsheet, save it, "
                "and choose it again.",
                plural_of(self.uncomputed),
            ) % {"number": number(self.uncomputed)}


def rows_of_text(text, known=frozenset()):
    """[[cell]] of a pasted table, its rows numbered as a spreadsheet numbers them: blank ones stay, as empty rows.

    The separator is the one that the table names ("sep=;"), else the one that makes most of its `known` headings,
    else what its first line holds most of. Refuses what is too long to be looked at row by row, and a quote that
    swallows all that follows. Rows and columns that have nothing in them do not count: spreadsheets keep those that
    were emptied.
    """
    text = (
        text.removeprefix("\ufeff")
        .replace("\0", "")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .rstrip("\n")
    )
    named = NAMED_SEPARATOR.match(text)
    separator = named[1] if named else _separator_of(text, known)
    text = text[named.end() :] if named else text
    rows, filled = [], 0
    for row in _read(f"{text}\n{END}", separator):
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


def _separator_of(text, known):
    lines = [line for line in text.split("\n", LOOKED_AT)[:LOOKED_AT] if line.strip()] or [""]

    def headings(separator):
        return max(
            sum(plain(cell.strip('"')) in known for cell in line.split(separator)) for line in lines
        )

    best = max(SEPARATORS, key=lambda separator: (headings(separator), lines[0].count(separator)))
    return best if headings(best) >= KNOWN else max(SEPARATORS, key=lines[0].count)


def plain(heading):
    """A heading as it is compared: no accents, capitals, line breaks, unseen letters, nor a remark in brackets."""
    letters = "".join(
        letter for letter in normalise(heading) if letter.isprintable() or letter.isspace()
    )
    words = " ".join(letters.split())
    return REMARK.sub("", words).strip(" :*")


def heading_row(rows, known):
    """The place of the row with the headings: the first with two that are known, else the first that is not empty."""
    for place, row in enumerate(rows[:LOOKED_AT]):
        if sum(plain(cell) in known for cell in row) >= KNOWN:
            return place
    return next((place for place, row in enumerate(rows) if any(row)), 0)


def _read(text, separator):
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


def read_file(upload, known=frozenset(), sheet=""):
    """A table of an XLSX or ODS workbook, or a CSV in UTF-8, UTF-16 or old letters.

    Of a workbook the sheet that is asked for, else the first in sight with a row of `known` headings.
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
        return _read_workbook(content, known, sheet)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Sheet(_in_utf_16(content))
    if b"\0" in content:
        raise _unreadable()
    try:
        return Sheet(_once_encoded(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        return Sheet(_in_old_letters(content))


def _once_encoded(text):
    """ "EnquÃªte" was encoded twice: it is decoded twice."""
    if not TWICE.search(text):
        return text
    try:
        return text.encode("cp1252", "latin-1-where-undefined").decode("utf-8")
    except UnicodeError as error:
        raise _strange_letters(text[: TWICE.search(text).start()].count("\n") + 1) from error


def _latin_where_undefined(error):
    """Five bytes have no letter in cp1252; what encodes twice keeps them as they are."""
    part = error.object[error.start : error.end]
    if any(ord(letter) > 0x9F for letter in part):
        raise error
    return part.encode("latin-1"), error.end


codecs.register_error("latin-1-where-undefined", _latin_where_undefined)


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
    """The old letters of Windows, of the Macintosh or of DOS: those in which all looks like words."""
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


def _read_workbook(content, known, sheet):
    """Read by a process of its own, which a workbook made to do harm may bring down alone."""
    asked = [
        sys.executable,
        "-I",
        str(READER),
        str(MAX_ROWS + 1),
        str(MAX_BYTES),
        json.dumps(sorted(known)),
        sheet,
    ]
    try:
        read = subprocess.run(asked, input=content, capture_output=True, timeout=MAX_SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Refused({"file": _too_large()}) from None
    if read.returncode == 0:
        return _sheet_of(json.loads(read.stdout))
    if read.returncode == workbook_process.TOO_MANY_ROWS:
        raise Refused({"file": _too_many_rows()})
    if read.returncode == workbook_process.NO_SUCH_SHEET:
        raise Refused({"sheet": _("This file has no visible sheet of that name.")})
    if read.returncode == workbook_process.TOO_LARGE or read.returncode < 0:
        raise Refused({"file": _too_large()})
    raise _unreadable()


def _sheet_of(found):
    out = StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(found["rows"])
    return Sheet(
        out.getvalue(),
        name=found["sheet"],
        names=tuple(found["sheets"]),
        hidden=tuple(found["hidden"]),
        uncomputed=found["uncomputed"],
        merged=tuple(map(tuple, found["merged"])),
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
