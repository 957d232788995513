"""Files that people send: a row of a KeptFile model each, and its bytes in the media folder under their digest."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.domain.refusals import Refused
from crm.files import storage
from crm.files.attachments import examine
from crm.models import Attachment, KeptFile, SupportRequest
from crm.models.files import stored_under
from crm.services.requests import lock

logger = logging.getLogger(__name__)
File = TypeVar("File", bound=KeptFile)


@transaction.atomic
def attach(support_request: SupportRequest, upload: UploadedFile, *, at: datetime) -> Attachment:
    """Save an uploaded file with the request."""
    support_request = lock(support_request)
    if support_request.closed_at:
        raise Refused(_("This request is closed: nothing can be added to it."))
    most = settings.REQUEST_LIMITS["attachments"]
    if support_request.attachments.count() >= most:
        raise Refused({"file": _("%(most)s files at most: take one away first.") % {"most": most}})
    return keep_file(Attachment(request=support_request, at=at), upload)


def keep_file(row: File, upload: UploadedFile) -> File:
    """Fill the row from the upload, store the bytes, save the row; Refused where the file is not of a kind we take.

    The bytes are stored before the row is saved, and looked at again after the commit: whoever deleted the last other
    row of the same bytes in between has deleted them as well.
    """
    row.name, row.media_type, row.size, row.digest = examine(upload)
    row.file.name = stored_under(row, row.name)
    write.check(row)
    path, content = row.file.path, upload.read()
    try:
        storage.keep(path, content, row.digest)
    except OSError as error:
        logger.exception("A file could not be kept.")
        raise Refused({"file": _no_room()}) from error
    row.save()
    transaction.on_commit(lambda: _store_again(path, content, row.digest), robust=True)
    return row


def _no_room() -> str:
    return _(
        "The file could not be kept: our server has no room for it at the moment. Try again later."
    )


def _store_again(path: str, content: bytes, digest: str) -> None:
    """Store the bytes unless they are there."""
    with storage.one_at_a_time(settings.MEDIA_ROOT):
        storage.keep(path, content, digest)


@transaction.atomic
def detach(support_request: SupportRequest, number: int) -> None:
    """Delete the file of that key, if the request has it; its bytes as well, once nothing else holds them."""
    attachment = support_request.attachments.filter(pk=number).first()
    if attachment is None:
        return
    drop_file(attachment)


def drop_file(row: KeptFile) -> None:
    """Delete the row; its bytes as well, once no other row of its model holds them."""
    row.delete()
    drop_bytes(row)


def drop_bytes(row: KeptFile) -> None:
    """After the commit that deletes the row, delete its bytes unless another row holds them."""
    transaction.on_commit(lambda: _drop_bytes(type(row), str(row.file)))


def _drop_bytes(model: type[KeptFile], name: str, before: datetime | None = None) -> bool:
    """Delete the bytes, and say whether it was done: not while a row names them, nor where they were touched since.

    `storage.keep` touches bytes that are there already when somebody sends them again.
    """
    path = Path(settings.MEDIA_ROOT) / name
    with storage.one_at_a_time(settings.MEDIA_ROOT):
        if model._default_manager.filter(file=name).exists() or (
            before and _touched_at(path) >= before
        ):
            return False
        path.unlink(missing_ok=True)
    return True


def kinds_of_files() -> list[type[KeptFile]]:
    """The models of files, of all apps."""
    return [model for model in apps.get_models() if issubclass(model, KeptFile)]


def broken_files() -> list[KeptFile]:
    """Rows whose file is missing, or does not hold the bytes that were saved."""
    return [
        row
        for model in kinds_of_files()
        for row in model._default_manager.order_by("pk").iterator()
        if not storage.is_whole(row.file.path, row.size, row.digest)
    ]


def files_without_row(*, before: datetime) -> list[str]:
    """Paths below the media folder that no row names and that were last touched before the moment.

    Unfinished uploads are among them. Only the folders of `kinds_of_files` are looked at.
    """
    return [name for _model, name in _files_without_row(before)]


def drop_files_without_row(*, before: datetime) -> list[str]:
    """Delete them, and return their paths; each is looked at again, for a row may name it by now."""
    return [name for model, name in _files_without_row(before) if _drop_bytes(model, name, before)]


def _files_without_row(before: datetime) -> Iterator[tuple[type[KeptFile], str]]:
    root = Path(settings.MEDIA_ROOT)
    for model in kinds_of_files():
        named = set(model._default_manager.values_list("file", flat=True))
        for path in sorted((root / model.FOLDER).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and name not in named and _touched_at(path) < before:
                yield model, name


def _touched_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
