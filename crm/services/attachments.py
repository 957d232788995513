"""Files that people send: a row of a KeptFile model each, and its bytes under their digest, in a folder or a bucket."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.domain.refusals import Refused
from crm.files.attachments import examine
from crm.files.places import Away, place_in_use
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
    name, content = str(row.file), upload.read()
    try:
        place_in_use().keep(name, content, row.digest)
    except OSError as error:
        logger.exception("A file could not be kept.")
        raise Refused({"file": _why_not(error)}) from error
    row.save()
    transaction.on_commit(lambda: _store_again(name, content, row.digest), robust=True)
    return row


def _why_not(error: OSError) -> str:
    if isinstance(error, Away):
        return _(
            "The file could not be kept: the place where files are kept does not answer at the moment. Try again later."
        )
    return _(
        "The file could not be kept: our server has no room for it at the moment. Try again later."
    )


def _store_again(name: str, content: bytes, digest: str) -> None:
    """Store the bytes unless they are there: they were stored whole a moment ago, or not at all."""
    place = place_in_use()
    with place.one_at_a_time():
        if not place.has(name, len(content)):
            place.keep(name, content, digest)


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
    """After the commit that deletes the row, delete its bytes unless another row holds them.

    Where that fails, they have no row: `manage.py files --remove` deletes them a day later.
    """
    transaction.on_commit(lambda: _drop_bytes(type(row), str(row.file)), robust=True)


def _drop_bytes(model: type[KeptFile], name: str, before: datetime | None = None) -> bool:
    """Delete the bytes, and say whether it was done: not while a row names them, nor where they were touched since.

    `keep` touches bytes that are there already when somebody sends them again.
    """
    place = place_in_use()
    with place.one_at_a_time():
        if model._default_manager.filter(file=name).exists() or (
            before and place.get_modified_time(name) >= before
        ):
            return False
        place.delete(name)
    return True


def kinds_of_files() -> list[type[KeptFile]]:
    """The models of files, of all apps."""
    return [model for model in apps.get_models() if issubclass(model, KeptFile)]


def broken_files() -> list[KeptFile]:
    """Rows whose file is missing, or does not hold the bytes that were saved."""
    place = place_in_use()
    return [
        row
        for model in kinds_of_files()
        for row in model._default_manager.order_by("pk").iterator()
        if not place.is_whole(str(row.file), row.size, row.digest)
    ]


def files_without_row(*, before: datetime) -> list[str]:
    """Names of kept files that no row names and that were last touched before the moment.

    Unfinished uploads are among them. Only the folders of `kinds_of_files` are looked at.
    """
    return [name for _model, name in _files_without_row(before)]


def drop_files_without_row(*, before: datetime) -> list[str]:
    """Delete them, and return their paths; each is looked at again, for a row may name it by now."""
    return [name for model, name in _files_without_row(before) if _drop_bytes(model, name, before)]


def _files_without_row(before: datetime) -> Iterator[tuple[type[KeptFile], str]]:
    for model in kinds_of_files():
        named = set(model._default_manager.values_list("file", flat=True))
        for file in place_in_use().found(model.FOLDER):
            if file.name not in named and file.touched_at < before:
                yield model, file.name
