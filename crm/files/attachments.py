"""What kind of file an upload is by its bytes, whatever its name and its sender say."""

import re
from hashlib import sha256
from typing import NamedTuple

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.domain.refusals import Refused

OFFICE = "application/vnd.openxmlformats-officedocument."
ACCEPTED = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    OFFICE + "wordprocessingml.document": "docx",
    OFFICE + "spreadsheetml.sheet": "xlsx",
    OFFICE + "presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
}
KINDS = gettext_lazy("PDF, PNG or JPEG pictures, Word, Excel, PowerPoint and OpenDocument texts")
UNSAFE = re.compile(r"[^\w\s.\-()]", re.UNICODE)


class Examined(NamedTuple):
    """What is kept of a file beside its bytes; `digest` is their SHA-256."""

    name: str
    media_type: str
    size: int
    digest: str


def examine(upload: UploadedFile) -> Examined:
    """What to keep of an upload; Refused where it is too large, empty or of a kind that we do not take."""
    most = settings.REQUEST_LIMITS["attachment_bytes"]
    if (upload.size or 0) > most:
        raise Refused(
            {"file": _("This file is larger than %(most)s MB.") % {"most": most // 1024 // 1024}}
        )
    content = upload.read()
    upload.seek(0)
    if not content:
        raise Refused({"file": _("This file is empty.")})
    kind = filetype.guess(content)
    if kind is None or kind.mime not in ACCEPTED:
        raise Refused(
            {"file": _("This is no file of a kind that we take: %(kinds)s.") % {"kinds": KINDS}}
        )
    return Examined(
        safe_name(upload.name or "", ACCEPTED[kind.mime]),
        kind.mime,
        len(content),
        sha256(content).hexdigest(),
    )


def safe_name(name, extension):
    """The sender's name without what could deceive a person or a shell, with the extension of what it really is."""
    stem = UNSAFE.sub("", name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]).strip(" .")
    return f"{' '.join(stem.split())[:100] or 'document'}.{extension}"
