"""Documents to keep and to sign, as tagged PDF (PDF/UA-1): a Typst file of the app, and what it says as data."""

import json
from functools import lru_cache
from pathlib import Path

from django.utils import timezone

PDF = "application/pdf"


def pdf(template, data):
    """The bytes of the document that the file `template` makes of `data`; texts are data there, never markup.

    It bears the day and no hour: asked for twice on one day, the same data give the same bytes.
    """
    import typst  # 70 ms and 36 MB that only documents need

    day = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    asked = {
        "font_paths": _fonts(),
        "ignore_system_fonts": True,
        "format": "pdf",
        "timestamp": int(day.timestamp()),
        "sys_inputs": {"data": json.dumps(data, ensure_ascii=False)},
    }
    try:
        return typst.compile(str(template), pdf_standards=["ua-1"], **asked)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        # A name with an emoji: the standard refuses what the font cannot draw. Tagged all the same, an empty box there.
        return typst.compile(str(template), **asked)


@lru_cache(maxsize=1)
def _fonts():
    import fontpkg_source_sans_3

    return [str(Path(fontpkg_source_sans_3.__file__).parent / "files")]
