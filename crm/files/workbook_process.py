"""Reads a workbook (XLSX or ODS) from standard input and writes one of its tables as JSON, in a process of its own.

A workbook of five kilobytes can make a parser ask for gigabytes, or crash it: here it meets limits of memory and of
time, and nothing else goes down with it. Started by crm.files.uploaded_tables; knows nothing of Django. The values come
from calamine; what it does not give (number formats, hidden rows, formulas without a value, merged cells) is read from
the XML parts of the file.
"""

import json
import re
import sys
import unicodedata
import zipfile
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from io import BytesIO
from xml.etree import ElementTree

MAX_MEMORY = 256 * 1024 * 1024
MAX_SECONDS = 5
MAX_UNPACKED = 50 * 1024 * 1024
TOO_LARGE, TOO_MANY_ROWS, NO_SUCH_SHEET = 3, 4, 5
MAX_LINES = 20_000  # blank ones too
HEADING_ROWS = 30  # rows at the top of a sheet among which its headings may stand
MIN_HEADINGS = 2  # known ones that make a row of headings
PLACES = 2  # decimals of a computed number that shows no others
MAX_STYLES = 5_000
CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
DAY = "day"  # the format of a day, whatever time of day is kept with it
DAYS = (14, 15, 16, 17)
PERCENT = {9: 0, 10: 2}  # the formats that every workbook has, and their decimals
DECIMALS = {1: 0, 2: 2, 3: 0, 4: 2, 37: 0, 38: 0, 39: 2, 40: 2}
ODF = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
TABLE, OFFICE = ODF % "table", ODF % "office"


def main(max_rows, max_characters, headings, sheet):
    import resource  # systems other than Unix have none, and must be able to import this module

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    try:
        table = table_of(sys.stdin.buffer.read(), set(json.loads(headings)), sheet)
        if table is None:
            return NO_SUCH_SHEET
        if sum(map(_is_filled, table["rows"])) > max_rows or len(table["rows"]) > MAX_LINES:
            return TOO_MANY_ROWS
        text = json.dumps(table)
    except MemoryError:
        return TOO_LARGE
    if sum(len(cell) for row in table["rows"] for cell in row) > max_characters:
        return TOO_LARGE
    sys.stdout.buffer.write(text.encode())
    return 0


def table_of(content, headings, wanted_name):
    """The wanted sheet, else the first visible one with a row of known headings, else the first visible one.

    None where there is no visible sheet of the wanted name.
    """
    import python_calamine

    with zipfile.ZipFile(BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
            raise MemoryError
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        if wanted_name and wanted_name not in names:
            return None
        name = wanted_name or next(
            (name for name in names if headings and _has_headings(book, name, headings)), names[0]
        )
        sheet = book.get_sheet_by_name(name)
        rows, first = sheet.to_python(), sheet.start or (0, 0)
        details = (
            details_of_ods(packed, name)
            if "content.xml" in packed.namelist()
            else details_of_xlsx(packed, name)
        )
    texts = {(row, column): text for row, column, text in details["texts"]}
    formats, computed = details["formats"], details["computed"]
    cells = [
        [
            texts.get(place) or _cell(value, formats.get(place), is_computed=place in computed)
            for at, value in enumerate(row, start=first[1])
            for place in [(number, at)]
        ]
        for number, row in enumerate(rows, start=first[0])
    ]
    return {
        "sheet": name,
        "sheets": names,
        "rows": _without_blank_end([[]] * first[0] + cells),
        "hidden": [
            number + 1
            for number in sorted(details["hidden"])
            if first[0] <= number < first[0] + len(rows)
        ],
        "uncomputed": details["uncomputed"],
        "merged": [
            [top + 1, bottom + 1, right - left + 1]
            for top, left, bottom, right in details["merged"]
        ],
    }


def _without_blank_end(rows):
    """The rows without the empty ones at the end: spreadsheets keep those that were emptied or hold only a space."""
    last = max((place for place, row in enumerate(rows, start=1) if _is_filled(row)), default=0)
    return rows[:last]


def _is_filled(row):
    return any(cell.strip() for cell in row)


def _has_headings(book, name, headings):
    rows = book.get_sheet_by_name(name).to_python(nrows=HEADING_ROWS)
    return any(sum(_plain(cell) in headings for cell in row) >= MIN_HEADINGS for row in rows)


def _plain(cell):
    """A heading as crm.files.uploaded_tables compares it."""
    letters = unicodedata.normalize("NFKD", str(cell).lower().replace("’", "'"))
    visible = (
        x for x in letters if not unicodedata.combining(x) and (x.isprintable() or x.isspace())
    )
    return re.sub(r"(?<=.) ?\([^()]*\)$", "", " ".join("".join(visible).split())).strip(" :*")


# --- XLSX --------------------------------------------------------------------------------------------------


def details_of_xlsx(packed, name):
    part = _part_of(packed, name)
    details = {
        "texts": [],
        "formats": {},
        "computed": set(),
        "hidden": set(),
        "uncomputed": 0,
        "merged": [],
    }
    signs = (b"<f", b"hidden", b"mergeCell", b" s=", b't="e"', b"t='e'")
    if not any(sign in part for sign in signs):
        return details
    formats = _formats_of(packed)
    row = 0
    for event, element in ElementTree.iterparse(BytesIO(part), events=("start", "end")):  # noqa: S314 bounded
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            if tag == "row" and (element.get("r") or "").isdecimal():
                row = int(element.get("r")) - 1
                if element.get("hidden") in ("1", "true"):
                    details["hidden"].add(row)
            continue
        if tag == "mergeCell":
            ends = [_place(end) for end in (element.get("ref") or "").split(":")]
            if len(ends) == 2 and all(ends):
                details["merged"].append((*ends[0], *ends[1]))
        elif tag == "c":
            _note_cell(element, formats, details)
        if tag == "row":
            element.clear()
    return details


def _note_cell(cell, formats, details):
    """Add what calamine does not give of one XLSX cell to the details."""
    place = _place(cell.get("r") or "")
    if place is None:
        return
    parts = {child.tag.rpartition("}")[2]: child for child in cell}
    if cell.get("t") == "e":
        details["texts"].append((*place, "".join(parts["v"].itertext()) if "v" in parts else ""))
    style = formats.get(cell.get("s") or "0")
    if style:
        details["formats"][place] = style
    if "f" in parts:
        details["computed"].add(place)
        has_value = "v" in parts and (parts["v"].text or cell.get("t") == "str")
        details["uncomputed"] += not has_value


def _place(ref):
    match = CELL.fullmatch(ref)
    if not match:
        return None
    letters, row = match.groups()
    return int(row) - 1, reduce(
        lambda column, letter: column * 26 + ord(letter) - 64, letters, 0
    ) - 1


def _part_of(packed, name):
    sheets = ElementTree.fromstring(packed.read("xl/workbook.xml")).iter()  # noqa: S314 memory and time are bounded
    key = next(
        value
        for sheet in sheets
        if sheet.get("name") == name
        for at, value in sheet.items()
        if at.endswith("}id")
    )
    relations = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    target = next(each.get("Target") for each in relations if each.get("Id") == key)
    return packed.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")


def _formats_of(packed):
    """{style of a cell: (whether it shows per cent, its decimals or None), or DAY} of the styles that say one."""
    if "xl/styles.xml" not in packed.namelist():
        return {}
    try:
        styles = ElementTree.fromstring(packed.read("xl/styles.xml"))  # noqa: S314 memory and time are bounded
    except ElementTree.ParseError:
        return {}
    codes, formats = {}, {}
    for element in styles.iter():
        if element.tag.endswith("}numFmt") and (element.get("numFmtId") or "").isdecimal():
            codes[int(element.get("numFmtId"))] = element.get("formatCode") or ""
    cells = next((element for element in styles if element.tag.endswith("}cellXfs")), ())
    for number, style in zip(range(MAX_STYLES), cells, strict=False):
        key = style.get("numFmtId") or "0"
        format_ = _format_of(int(key), codes) if key.isdecimal() else None
        if format_:
            formats[str(number)] = format_
    return formats


def _format_of(key, codes):
    if key in PERCENT:
        return True, PERCENT[key]
    if key in DECIMALS:
        return False, DECIMALS[key]
    if key in DAYS:
        return DAY
    return _format_of_code(codes.get(key, ""))


def _format_of_code(code):
    """What a format like `0.0%` or `# ##0,00\\ "€"` shows: its first section, without its texts and colours."""
    code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", code.split(";", 1)[0])
    if re.search(r"[ydYD]", code) and not re.search(r"[hsHS]", code):
        return DAY
    if "%" not in code and (
        re.search(r"[ymdhsYMDHS]|General|E[+-]", code) or not re.search(r"[0#?]", code)
    ):
        return None
    part = re.search(r"\.([0#?]*)", code)
    return "%" in code, len(part[1]) if part else 0


# --- ODS ---------------------------------------------------------------------------------------------------


def details_of_ods(packed, name):
    details = {
        "texts": [],
        "formats": {},
        "computed": set(),
        "hidden": set(),
        "uncomputed": 0,
        "merged": [],
    }
    row = column = 0
    is_inside = False
    content = packed.open("content.xml")
    for event, element in ElementTree.iterparse(content, events=("start", "end")):  # noqa: S314
        if element.tag == f"{TABLE}table":
            is_inside = event == "start" and element.get(f"{TABLE}name") == name
            row = 0
            if event == "end":
                element.clear()
        if not is_inside:
            continue
        if element.tag == f"{TABLE}table-row":
            times = _times(element, "rows")
            if event == "start":
                column = 0
                if element.get(f"{TABLE}visibility") in ("collapse", "filter") and times == 1:
                    details["hidden"].add(row)
            else:
                row += times
                element.clear()
        elif event == "end" and element.tag in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            _note_ods_cell(element, row, column, details)
            column += _times(element, "columns")
    return details


def _note_ods_cell(cell, row, column, details):
    """Add what calamine does not give of one ODS cell to the details."""
    kind = cell.get(f"{OFFICE}value-type")
    spans = cell.get(f"{TABLE}number-columns-spanned") or "1"
    if spans.isdecimal() and int(spans) > 1:
        details["merged"].append((row, column, row, column + int(spans) - 1))
    if cell.get(f"{TABLE}formula") is not None:
        details["computed"].add((row, column))
        details["uncomputed"] += kind is None
    if kind == "percentage":
        text = "".join(cell.itertext()).strip().rstrip("%\u00a0\u202f ")
        part = re.split(r"[.,]", text)
        for at in range(column, column + min(_times(cell, "columns"), 100)):
            details["formats"][row, at] = (True, len(part[1]) if len(part) == 2 else 0)
    elif kind == "date" and ":" not in "".join(cell.itertext()):
        for at in range(column, column + min(_times(cell, "columns"), 100)):
            details["formats"][row, at] = DAY
    elif kind in ("float", "currency") and cell.get(f"{TABLE}formula") is not None:
        text = re.search(r"\d[.,](\d+)\D*$", "".join(cell.itertext()).strip())
        details["formats"][row, column] = (False, len(text[1]) if text else 0)


def _times(element, what):
    count = element.get(f"{TABLE}number-{what}-repeated") or "1"
    return min(int(count), 2_000_000) if count.isdecimal() else 1


# --- cells -------------------------------------------------------------------------------------------------


def _cell(value, format_, *, is_computed):
    """The value as a person would type it: 12.0 is 12, and 0.73 with a format of per cent is 73 %."""
    if isinstance(value, datetime):
        return (
            value.date().isoformat()
            if format_ == DAY or value.time() == time()
            else value.isoformat(" ")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    is_percent, places = format_ if isinstance(format_, tuple) else (False, None)
    number = Decimal(repr(value)) * (100 if is_percent else 1)
    if not number.is_finite() or number.adjusted() > 25:
        return str(value)
    number = _rounded(number, places) if is_computed else +number.normalize()
    return f"{_plainly(number)} %" if is_percent else _plainly(number)


def _rounded(number, places):
    """A computed number with as many decimals as its format shows: it may have more, which nobody sees."""
    decimals = PLACES if places is None else places
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _plainly(number):
    """The digits, with a fourth decimal where the point of three could be taken for a mark of thousands."""
    text = f"{number:f}"
    whole, _point, part = text.partition(".")
    part = part.rstrip("0")
    return f"{whole}.{part}{'0' * (len(part) == 3)}" if part else whole


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]))
