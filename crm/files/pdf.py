"""Documents to keep and to sign, as tagged PDF (PDF/UA-1), from a Typst template of an app and its data."""

import json
import re
import unicodedata
from functools import partial

from django.utils import timezone

from crm.domain.letters import font_folder, has_papers, unprintable

PDF = "application/pdf"
LONG_WORD = re.compile(r"\S{51,}")
# A checksum or an address, which somebody may copy; Typst breaks addresses at their slashes.
TO_COPY = re.compile(r"[0-9a-f]{64}|\S*[/@]\S*")
PIECE = re.compile(r".{10}(?=.)")
EMOJI, ANY = "\U0001f000", "\u2190"  # from which letter on pictures are put into words
FLAG_A, FLAG_Z = "\U0001f1e6", "\U0001f1ff"
# What makes one picture of several.
JOINERS = re.compile("[\u200d\u20e3\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")


class NoPapers(Exception):
    """This Relais has no packages to make papers with."""


def pdf(template, data):
    """The bytes of the document that the Typst file `template` makes of `data`; texts are data there, never markup.

    Its date has no hour: made twice on one day, the same data give the same bytes. NoPapers where it cannot be made.
    """
    if not has_papers():
        raise NoPapers
    import typst  # 70 ms and 36 MB that only documents need

    day = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)

    def compiled(data, **standards):
        return typst.compile(
            str(template),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            timestamp=int(day.timestamp()),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            **standards,
        )

    data = _in_texts(data, lambda text: LONG_WORD.sub(_breakable, text))
    for first in (None, EMOJI, ANY):
        written = _in_texts(data, partial(pictures_in_words, first=first)) if first else data
        try:
            return compiled(written, pdf_standards=["ua-1"])
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
    # A script that the font lacks is written in Latin letters, so that no box stands empty. A letter for private use,
    # which it lacks even then, does not meet the standard: the document is tagged all the same, but does not claim it.
    written = _in_texts(written, in_latin)
    try:
        return compiled(written, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    return compiled(written)


def in_latin(text):
    """The words whose letters the papers cannot print, as one would write them in Latin letters; the rest stays."""
    if not (missing := unprintable(text)):
        return text
    from anyascii import anyascii  # its tables are only read for such words

    runs = re.compile("[" + "".join(map(re.escape, sorted(missing))) + "]+")
    return runs.sub(lambda run: anyascii(run[0]).strip() or "?", text)


def _breakable(word):
    """The word with places where a line may end, unless somebody may copy it from the paper."""
    return word[0] if TO_COPY.fullmatch(word[0]) else PIECE.sub("\\g<0>\u200b", word[0])


def pictures_in_words(text, first=ANY):
    """ "Café 🌱" as "Café [seedling]", for pictures from the letter `first` on, so that their meaning is not lost."""
    if text.isascii():
        return text
    return "".join(_in_words(letter, first) for letter in JOINERS.sub("", text))


def _in_words(letter, first):
    if letter < first or unicodedata.category(letter) != "So":
        return letter
    if FLAG_A <= letter <= FLAG_Z:  # a flag is the two letters of its country
        return chr(ord("A") + ord(letter) - ord(FLAG_A))
    return f"[{unicodedata.name(letter, 'picture').lower()}]"


def _in_texts(data, change):
    """The same data with `change` applied to each text; keys stay."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {name: _in_texts(value, change) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_in_texts(value, change) for value in data]
    return data


def _fonts():
    return [str(font_folder())]
