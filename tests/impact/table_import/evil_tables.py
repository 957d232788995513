"""Tables made to do harm, or only badly kept, by name: (content, what comes of it). Made here, kept nowhere."""

import struct
import zipfile
from datetime import date
from io import BytesIO

import xlsxwriter

HEADINGS = ("indicateur", "du", "au", "nombre", "mois", "source")
CELLS = ("emplois", "01/01/2024", "31/03/2024", "12", "3", "Métier d’avenir")
FIRST = (date(2024, 1, 1), date(2024, 3, 31), 12, "3.00", "Métier d’avenir")
OK = {"rows": [FIRST]}
OLD_OR_LOCKED = "ancien fichier Excel (.xls), ou un fichier protégé par un mot de passe"
NO_TABLE, TOO_LARGE, QUOTE = ("pas un tableau lisible", "bien trop grand", "guillemet")


def line(separator=";", **changes):
    cells = dict(zip(HEADINGS, CELLS, strict=True)) | changes
    return separator.join(cells.values())


def table(*lines, head="", end="\n"):
    return end.join([head or ";".join(HEADINGS), *(lines or [line()])])


def wrong(column, reason, row=2):
    return {"wrong": [(row, column, reason)]}


def refused(reason, field="file"):
    return {"field": field, "reason": reason}


def said(*facts):
    return {"rows": [facts]}


def replaced(place, value):
    return {"rows": [(*FIRST[:place], value, *FIRST[place + 1 :])]}


ENCODINGS = {
    "utf-8": (table().encode(), OK),
    "utf-8 with its mark": (table().encode("utf-8-sig"), OK),
    "utf-16 LE with its mark": (b"\xff\xfe" + table().encode("utf-16-le"), OK),
    "utf-16 BE with its mark": (b"\xfe\xff" + table().encode("utf-16-be"), OK),
    "utf-16 LE without": (table().encode("utf-16-le"), refused(NO_TABLE)),
    "utf-16 BE without": (table().encode("utf-16-be"), refused(NO_TABLE)),
    "utf-16 cut in a letter": (b"\xff\xfe" + table().encode("utf-16-le")[:-1], refused(NO_TABLE)),
    "utf-32": (table().encode("utf-32"), refused(NO_TABLE)),
    "latin-1": (
        table(line(source="Métier à façon")).encode("latin-1"),
        replaced(4, "Métier à façon"),
    ),
    "cp1252": (
        table(line(source="« Œuvre » d’avenir, 5 €")).encode("cp1252"),
        replaced(4, "« Œuvre » d’avenir, 5 €"),
    ),
    "mac-roman, with letters that cp1252 has not": (
        table(line(source="Première")).encode("mac-roman"),
        replaced(4, "Première"),
    ),
    "utf-8 with one broken byte": (
        table().encode().replace(b"\xc3\xa9", b"\xc3\x81\x9d"),
        refused("La ligne 2"),
    ),
    "utf-7": (table(line(source="M+AOk-tier")).encode(), replaced(4, "M+AOk-tier")),
    "letters in two pieces": (
        table(line(source="Me\u0301tier")).encode(),
        replaced(4, "Me\u0301tier"),
    ),
    "a NUL": (table(line(source="Mé\0tier")).encode(), refused(NO_TABLE)),
    "emoji": (table(line(source="Métier 🎉👩🏽‍💻")).encode(), replaced(4, "Métier 🎉👩🏽‍💻")),
    "right to left": (
        table(line(source="\u202eriteM\u202c מקור")).encode(),
        replaced(4, "\u202eriteM\u202c מקור"),
    ),
    "zero width in a number": (
        table(line(nombre="1\u200b2")).encode(),
        wrong("nombre", "pas un nombre entier"),
    ),
    "zero width in a heading": (
        table(head="indicateur;du\u200b;au;nombre;mois;source").encode(),
        OK,
    ),
    "Arabic digits": (table(line(nombre="١٢")).encode(), OK),
    "full-width digits": (table(line(nombre="１２")).encode(), OK),
    "superscript digits": (
        table(line(nombre="1²")).encode(),
        wrong("nombre", "pas un nombre entier"),
    ),
    "control letters": (
        table(line(source="a\x07\x1b[31mb")).encode(),
        replaced(4, "a\x07\x1b[31mb"),
    ),
}
SHAPES = {
    "tabs": (table(line("\t"), head="\t".join(HEADINGS)).encode(), OK),
    "commas": (table(line(","), head=",".join(HEADINGS)).encode(), OK),
    "bars": (table(line("|"), head="|".join(HEADINGS)).encode(), {"lines": {1}}),
    "separators mixed": (table(line(",")).encode(), {"lines": {2}}),
    "CR LF": (table(end="\r\n").encode(), OK),
    "CR": (table(end="\r").encode(), OK),
    "line ends mixed": (
        f"{table()}\r{line(du='01/04/2024', au='30/06/2024')}\r\n".encode(),
        {"count": 2},
    ),
    "blank lines around": (f"\n\n{table()}\n\n\n".encode(), OK),
    "quoted cells": (table(line(source='"Métier d’avenir"')).encode(), OK),
    "a doubled quote": (
        table(line(source='"Métier ""d’avenir"""')).encode(),
        replaced(4, 'Métier "d’avenir"'),
    ),
    "a quote left open": (
        table(line(source='"Métier'), line(du="01/04/2024")).encode(),
        refused(QUOTE, "text"),
    ),
    "a quote left open on the last row": (
        table(line(source='"Métier')).encode(),
        refused(QUOTE, "text"),
    ),
    "a quote that swallows a row": (
        table(line(source='"Métier'), line(du="01/04/2024", source='x"')).encode(),
        wrong("source", "plusieurs lignes"),
    ),
    "a cell of 131,073 letters": (
        table(line(source="x" * 131_073)).encode(),
        refused(QUOTE, "text"),
    ),
    "a source of 301 letters": (
        table(line(source="x" * 301)).encode(),
        wrong("source", "Plus de 300"),
    ),
    "a thousand columns": (
        table(head=";".join([*HEADINGS, *map(str, range(994))])).encode(),
        refused("colonnes", "text"),
    ),
    "no row": (table("").encode(), refused("aucune ligne", "text")),
    "no byte": (b"", refused("vide")),
    "spaces alone": (b" \n \n", refused("", "text")),
    "too many rows": (table(*[line()] * 2_001).encode(), refused("2\u202f000 lignes", "text")),
    "more than 2 MB": (table(*[line(source="x" * 300)] * 7_500).encode(), refused("2 Mo")),
    "a heading twice": (
        table(head="indicateur;du;au;nombre;nombre;source").encode(),
        wrong("nombre", "en double", 1),
    ),
    "an empty heading": (
        table(head="indicateur;du;au;nombre;;source").encode(),
        replaced(3, "2.99"),
    ),
    "a missing heading": (
        table(head="indicateur;du;au;nombre;mois;").encode(),
        {"wrong": [(1, "source", "manque")]},
    ),
    "an unknown heading": (
        table(head="indicateur;du;au;nombre;mois;source;x").encode(),
        wrong("x", "pas connu", 1),
    ),
    "headings in another order": (
        table(";".join(reversed(CELLS)), head=";".join(reversed(HEADINGS))).encode(),
        OK,
    ),
    "headings with accents and capitals": (
        table(head="INDICATEUR;Début;Fin;Effectif;MOIS :;Source *").encode(),
        OK,
    ),
    "headings in English": (table(head="Indicator;From;Until;Count;Months;Source").encode(), OK),
    "no heading": (f"{line()}\n{line()}".encode(), {"lines": {1}}),
    "a script for a heading": (
        table(head=";".join([*HEADINGS, "<script>alert(1)</script>"])).encode(),
        wrong("<script>alert(1)</script>", "pas connu", 1),
    ),
    "fewer cells than headings": (
        table("emplois;01/01/2024;31/03/2024;12").encode(),
        wrong("source", ""),
    ),
    "the first sheet of a web page": (
        b"<html><table><tr><td>du</td></tr></table></html>",
        refused(NO_TABLE),
    ),
    "JSON": (b'{"du": "2024", "au": "2024"}', {"lines": {1}}),
}
DATES = {
    cell: (table(line(du=cell)).encode(), wrong("du", reason))
    for cell, reason in {
        "29/02/2023": "pas une date",
        "31/04/2023": "pas une date",
        "45292": "pas une date",
        "45292.5": "pas une date",
        "03/31/2024": "pas une date",
        "2024-13-01": "pas une date",
        "2024-00-01": "pas une date",
        "0000-01-01": "pas une date",
        "9999-12-31": "entre 2000 et 2099",
        "01/01/1899": "entre 2000 et 2099",
        "aujourd'hui": "pas une date",
        "2024-01-01T14:30:00Z": "pas une date",
        "janvier": "pas une date",
        "²024": "pas une date",
        "-": "pas une date",
        "": "cette cellule est vide",
    }.items()
} | {
    cell: (table(line(du=cell)).encode(), OK)
    for cell in (
        "1/1/24",
        "1er janvier 2024",
        "2024-01-01T00:00:00Z",
        "01/01/2024 00:00",
        "janv.-24",
        "janvier 2024",
    )
}
NUMBERS = {
    cell: (table(line(nombre=cell)).encode(), wrong("nombre", reason))
    for cell, reason in {
        "1.234,56": "pas un nombre entier",
        "1,234.56": "pas un nombre entier",
        "1.234": "de deux façons",
        "12,5": "pas un nombre entier",
        "1e308": "pas un nombre entier",
        "1e400": "pas un nombre entier",
        "NaN": "pas un nombre entier",
        "Infinity": "pas un nombre entier",
        "−5": "pas un nombre entier",
        "(5)": "pas un nombre entier",
        "0x1F": "pas un nombre entier",
        "1_000": "pas un nombre entier",
        "environ 10": "pas un nombre entier",
        "~10": "pas un nombre entier",
        "10 %": "pas un nombre entier",
        "n.c.": "pas un nombre entier",
        "#N/A": "pas un nombre entier",
        "=1+1": "pas un nombre entier",
        '=HYPERLINK("http://x")': "pas un nombre entier",
        "@SUM(A1)": "pas un nombre entier",
        "9" * 400: "pas un nombre entier",
    }.items()
} | {
    "1 234 with a narrow space": (table(line(nombre="1\u202f234")).encode(), replaced(2, 1234)),
    "-0": (table(line(nombre="-0")).encode(), replaced(2, 0)),
    "0012": (table(line(nombre="0012")).encode(), OK),
    "months 1 234,56": (table(line(mois="1 234,56")).encode(), wrong("mois d’observation", "")),
    "months 1.234,56": (table(line(mois="1.234,56")).encode(), wrong("mois d’observation", "")),
    "months 1e308": (table(line(mois="1e308")).encode(), wrong("mois", "pas un nombre")),
    "months nan": (table(line(mois="nan")).encode(), wrong("mois", "pas un nombre")),
    "months 0": (table(line(mois="0")).encode(), wrong("mois d’observation", "")),
    "months 1,234": (table(line(mois="1,234")).encode(), wrong("mois", "de deux façons")),
    "months 3,5": (table(line(mois="3,5")).encode(), replaced(3, "3.50")),
}


def book(fill=None, **options):
    """A workbook of the good table; `fill(book, sheet)` does the rest."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, options) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, [*CELLS[:3], 12, 3, CELLS[5]])
        if fill:
            fill(made, sheet)
    return content.getvalue()


def parts(changes, content=None, method=zipfile.ZIP_DEFLATED):
    """The same workbook with parts written anew; None leaves one out."""
    anew = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content or book())) as before,
        zipfile.ZipFile(anew, "w", method) as after,
    ):
        for name in dict.fromkeys([*before.namelist(), *changes]):
            part = changes.get(name, before.read(name) if name in before.namelist() else b"")
            if part is not None:
                after.writestr(name, part)
    return anew.getvalue()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"


def sheet(body, before=""):
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def strings(body):
    return f'<?xml version="1.0"?><sst xmlns="{MAIN}">{body}</sst>'


def flagged(signatures, offset, value):
    """The good workbook with a byte of each of its zip headers changed."""
    content = bytearray(book())
    for signature, place in zip(signatures, offset, strict=True):
        at = -1
        while (at := content.find(signature, at + 1)) >= 0:
            content[at + place] = value
    return bytes(content)


def in_zip_headers(local, central, value):
    return flagged((b"PK\x03\x04", b"PK\x01\x02"), (local, central), value)


def password_protected():
    """What Excel makes of a workbook with a password: an OLE file that holds an encrypted package."""
    head = (
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    )
    return head.ljust(512, b"\0") + "EncryptedPackage".encode("utf-16-le").ljust(512, b"\0")


def hidden_first(made, first):
    other = made.add_worksheet("Seen")
    other.write_row(0, 0, HEADINGS)
    other.write_row(1, 0, CELLS)
    first.write(1, 3, 999)
    other.activate()
    other.set_first_sheet()
    first.hide()


def open_document():
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", "<office:document-content/>")
    return content.getvalue()


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
NO_STYLE, SAME_TEXT = "<xf numFmtId='0'/>", "<c t='s'><v>0</v></c>"
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
WORKBOOKS = {
    "a good workbook": (book(), OK),
    "days as days": (
        book(
            lambda made, sheet: [
                sheet.write(1, 1, date(2024, 1, 1)),
                sheet.write(1, 2, date(2024, 3, 31)),
            ],
            default_date_format="yyyy-mm-dd",
        ),
        OK,
    ),
    "days counted from 1904": (
        book(
            lambda made, sheet: [
                sheet.write(1, 1, date(2024, 1, 1)),
                sheet.write(1, 2, date(2024, 3, 31)),
            ],
            default_date_format="yyyy-mm-dd",
            date_1904=True,
        ),
        OK,
    ),
    "days as bare serials": (
        book(lambda made, sheet: sheet.write(1, 1, 45292)),
        wrong("du", "pas une date"),
    ),
    "a formula with its value": (
        book(lambda made, sheet: sheet.write_formula(1, 3, "=6*2", None, 12)),
        OK,
    ),
    "a formula never computed": (
        book(lambda made, sheet: sheet.write_formula(1, 3, "=6*2", None, "")),
        wrong("nombre", ""),
    ),
    "a cell in error": (
        book(lambda made, sheet: sheet.write_formula(1, 4, "=NA()", None, "#N/A")),
        wrong("mois", "#N/A"),
    ),
    "true for a count": (
        book(lambda made, sheet: sheet.write(1, 3, True)),
        wrong("nombre", "True"),
    ),
    "1e308 for a count": (
        book(lambda made, sheet: sheet.write(1, 3, 1e308)),
        wrong("nombre", "pas un nombre entier"),
    ),
    "half a person": (
        book(lambda made, sheet: sheet.write(1, 3, 12.5)),
        wrong("nombre", "pas un nombre entier"),
    ),
    "merged cells": (
        book(
            lambda made, sheet: [
                sheet.merge_range("A3:A4", "emplois"),
                sheet.write_row(2, 1, CELLS[1:]),
            ]
        ),
        {"lines": {3}},
    ),
    "a hidden sheet before the one that is seen": (book(hidden_first), OK),
    "a sheet of another kind first": (
        parts({"xl/workbook.xml": b"<workbook/>"}),
        refused(NO_TABLE),
    ),
    "macros kept with it": (parts({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 99}), OK),
    "links to elsewhere": (
        parts(
            {
                "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
                "xl/media/image1.png": b"\x89PNG",
            }
        ),
        OK,
    ),
    "100,000 styles": (
        parts(
            {
                STYLES: f"<styleSheet xmlns='{MAIN}'><cellXfs>{NO_STYLE * 100_000}</cellXfs></styleSheet>"
            }
        ),
        OK,
    ),
    "styles a thousand deep": (parts({STYLES: "<x>" * 100_000 + "</x>" * 100_000}), {"any": True}),
    ".xls": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), refused(OLD_OR_LOCKED)),
    "a password": (password_protected(), refused(OLD_OR_LOCKED)),
    ".ods": (open_document(), refused(NO_TABLE)),
    "a program": (b"MZ\x90\0" + bytes(99), refused(NO_TABLE)),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\0", refused(NO_TABLE)),
    "cut off": (book()[:3000], refused(NO_TABLE)),
    "the end of a zip alone": (b"PK\x05\x06" + bytes(18), refused(NO_TABLE)),
    "no sheet": (parts({SHEET: None}), refused(NO_TABLE)),
    "a broken sheet": (parts({SHEET: "<worksheet><sheetData><row"}), refused("")),
    "encrypted parts": (in_zip_headers(6, 8, 1), refused(NO_TABLE)),
    "a packing nobody knows": (in_zip_headers(8, 10, 99), refused(NO_TABLE)),
    "packed as LZMA, it says": (in_zip_headers(8, 10, 14), refused(NO_TABLE)),
    "packed as bzip2, it says": (in_zip_headers(8, 10, 12), refused(NO_TABLE)),
    "20,000 parts": (
        parts({f"xl/x{n}": b"" for n in range(15_000)}, method=zipfile.ZIP_STORED),
        {"any": True},
    ),
    "an entity from a file": (
        parts(
            {
                SHEET: sheet(
                    '<row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row>',
                    '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
                )
            }
        ),
        refused(NO_TABLE),
    ),
    "a billion laughs": (
        parts(
            {
                SHEET: sheet(
                    '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>',
                    f'<!DOCTYPE x [<!ENTITY a0 "lol">{LAUGHS}]>',
                )
            }
        ),
        refused(NO_TABLE),
    ),
    "a bomb of zeros": (parts({SHEET: "0" * 60_000_000}), refused(TOO_LARGE)),
    "a bomb of nearly 50 MB": (parts({SHEET: sheet(" " * 49_000_000)}), {"any": True}),
    "a cell at the end of the world": (parts({SHEET: sheet(FAR)}), refused(TOO_LARGE)),
    "the same with other quotes": (
        parts({SHEET: sheet(FAR.replace('"', "'"))}),
        refused(TOO_LARGE),
    ),
    "the same behind a sign": (
        parts({SHEET: sheet(FAR.replace("<c ", '<c s=">" '))}),
        refused(TOO_LARGE),
    ),
    "cells that say no place": (
        parts(
            {
                SHEET: sheet(
                    f"<row>{'<c><v>1</v></c>' * 15_000}</row>"
                    + "<row><c><v>1</v></c></row>" * 15_000
                )
            }
        ),
        refused(TOO_LARGE),
    ),
    "one long text in 80,000 cells": (
        parts(
            {
                STRINGS: strings(f"<si><t>{'x' * 30_000}</t></si>"),
                SHEET: sheet(
                    "".join(f"<row r='{n}'>{SAME_TEXT * 40}</row>" for n in range(1, 2_001))
                ),
            }
        ),
        refused(TOO_LARGE),
    ),
    "nine million shared texts": (
        parts({STRINGS: strings("<si/>" * 9_000_000)}),
        refused(TOO_LARGE),
    ),
    "three million cells in a row": (
        parts({SHEET: sheet(f"<row r='1'>{'<c><v>1</v></c>' * 3_000_000}</row>")}),
        refused(TOO_LARGE),
    ),
    "a place that is none": (
        parts({SHEET: sheet('<row r="0"><c r="A0"><v>1</v></c></row>')}),
        {"any": True},
    ),
    "a place below nothing": (
        parts({SHEET: sheet('<row r="-1"><c r="-1"><v>1</v></c></row>')}),
        {"any": True},
    ),
    "a text that is not there": (
        parts({SHEET: sheet('<row r="1"><c r="A1" t="s"><v>999999</v></c></row>')}),
        {"any": True},
    ),
    "too many rows": (
        book(lambda made, sheet: [sheet.write_row(n, 0, CELLS) for n in range(2, 2_002)]),
        refused("2\u202f000 lignes"),
    ),
    "a thousand columns": (
        book(lambda made, sheet: sheet.write_row(0, 6, range(994))),
        refused("colonnes", "text"),
    ),
    "a heading twice": (
        book(lambda made, sheet: sheet.write(0, 6, "nombre")),
        wrong("nombre", "en double", 1),
    ),
    "a cell of 32,767 letters": (
        book(lambda made, sheet: sheet.write(1, 5, "x" * 32_767)),
        wrong("source", "Plus de 300"),
    ),
    "a line break in a source": (
        book(lambda made, sheet: sheet.write(1, 5, "a\nb")),
        wrong("source", "plusieurs lignes"),
    ),
}
ALL = {
    f"{kind}: {name[:60] or 'empty'}": case
    for kind, cases in {
        "encoding": ENCODINGS,
        "shape": SHAPES,
        "date": DATES,
        "number": NUMBERS,
        "workbook": WORKBOOKS,
    }.items()
    for name, case in cases.items()
}
