"""Whatever somebody calls themselves, their document stays readable, tagged and on its paper."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from crm.files import pdf

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", margin: 20mm)
#set text(font: "Source Sans 3", size: 10pt, lang: "fr")
= #data.title
#for row in data.rows [ #row.at(0) ]
"""


@pytest.fixture
def printed(tmp_path):
    template = tmp_path / "page.typ"
    template.write_text(TEMPLATE)

    def printed(title, *texts):
        content = pdf.pdf(template, {"title": title, "rows": [[text] for text in texts]})
        assert b"pdfuaid" in content  # tagged, and said to follow PDF/UA-1
        (page,) = PdfReader(BytesIO(content)).pages
        return page

    return printed


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Café 🌱", "Café [seedling]"),
        ("👩🏽‍💻 et ❤️", "[woman][personal computer] et ❤"),
        ("1\ufe0f\u20e3 🇫🇷 ✓ 🎉", "1 FR ✓ [party popper]"),
        ("✅ fait", "[white heavy check mark] fait"),
        ("« L’Œuvre » d'à “côté” → n° 5 ©", "« L’Œuvre » d'à “côté” → n° 5 ©"),
    ],
)
def test_pictures_that_no_font_draws_are_said_in_words(printed, name, expected):
    assert expected in printed(name).extract_text()


def test_a_word_that_never_ends_stays_on_the_paper(printed):
    page = printed("Titre", "é" * 400)

    rows = [
        row.replace("\u200b", "") for row in page.extract_text().splitlines() if row.startswith("é")
    ]
    assert sum(map(len, rows)) == 400
    assert max(map(len, rows)) < 110  # of these letters the paper holds as many in a line


@pytest.mark.parametrize(
    "text", [f"https://relais.example/impact/reports/check/{'b' * 43}/", "0123456789abcdef" * 4]
)
def test_what_is_copied_from_the_paper_is_left_whole(printed, text):
    assert text in printed("Titre", text).extract_text()


def test_an_ordinary_text_is_left_as_it_is():
    assert pdf.pictures_in_words("Élan 12 €, n° 3 ± 2 → « ç »") == "Élan 12 €, n° 3 ± 2 → « ç »"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("李小龍 à Paris", "LiXiaoLong à Paris"),
        ("สมชาย", "smchay"),
        ("علي", "علي"),
        ("Олена Ελένη Đặng", "Олена Ελένη Đặng"),
    ],
)
def test_letters_that_the_font_has_not_are_written_in_latin_ones(printed, name, expected):
    """Never an empty box: the standard refuses a paper with one, and `printed` sees that it holds."""
    assert expected in printed(name).extract_text()
