"""Which letters the papers can print: those of the font that is embedded in them.

Font and typesetter are optional (requirements/documents.txt). Without them nothing is printed, and names are held to
the scripts that the font has, so that those written down meanwhile can be printed later.
"""

import struct
import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

SCRIPTS = ("LATIN ", "GREEK ", "CYRILLIC ", "MODIFIER LETTER ", "COMBINING ")


def has_papers():
    """Whether papers can be made here at all."""
    return all(
        find_spec(name) is not None for name in ("typst", "fontpkg_source_sans_3", "anyascii")
    )


def font_folder():
    """Where the package of the papers' font keeps its files."""
    import fontpkg_source_sans_3

    return Path(fontpkg_source_sans_3.__file__).parent / "files"


@lru_cache(maxsize=1_000)
def is_printable(text):
    """Whether papers show all letters of the text.

    Typst brings letters of its own for some scripts, so it is asked where the font lacks any.
    """
    if not unprintable(text):
        return True
    if not has_papers():
        return False
    import typst  # only for what the font alone has not

    page = b'#set document(title: "x")\n#set text(font: "Source Sans 3")\n#sys.inputs.text'
    try:
        typst.compile(
            page,
            font_paths=[str(font_folder())],
            ignore_system_fonts=True,
            sys_inputs={"text": text},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError:
        return False
    return True


def unprintable(text):
    """The letters of the text that the font lacks; blanks and marks that are never drawn do not count."""
    if text.isascii():
        return set()
    drawn = {letter for letter in text if letter.isprintable() and not letter.isspace()}
    if has_papers():
        return drawn - _letters()
    return {letter for letter in drawn if not _is_of_its_scripts(letter)}


def _is_of_its_scripts(letter):
    """Signs and figures are of none."""
    is_letter = unicodedata.category(letter)[0] in "LM"
    return not is_letter or unicodedata.name(letter, "").startswith(SCRIPTS)


@lru_cache(maxsize=1)
def _letters():
    """The font's table of letters ("cmap", of format 12), read once."""
    content = (font_folder() / "SourceSans3[wght].ttf").read_bytes()
    (count,) = struct.unpack_from(">H", content, 4)
    for number in range(count):
        tag, _checksum, start, _length = struct.unpack_from(">4sIII", content, 12 + 16 * number)
        if tag == b"cmap":
            return frozenset(_letters_of(content, start))
    return frozenset()


def _letters_of(content, table):
    (count,) = struct.unpack_from(">H", content, table + 2)
    for number in range(count):
        _platform, _encoding, offset = struct.unpack_from(">HHI", content, table + 4 + 8 * number)
        if struct.unpack_from(">H", content, table + offset)[0] == 12:
            (groups,) = struct.unpack_from(">I", content, table + offset + 12)
            for group in range(groups):
                first, last, _glyph = struct.unpack_from(
                    ">III", content, table + offset + 16 + 12 * group
                )
                yield from map(chr, range(first, last + 1))
