import logging
from datetime import UTC, datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.domain.refusals import Refused
from crm.files import storage
from crm.files.attachments import examine
from crm.models import Attachment, KeptFile
from crm.models.files import stored_under
from crm.services.requests import lock

logger = logging.getLogger(__name__)


@transaction.atomic
def attach(support_request, upload, *, at):
    """Keep a file with the request, under the digest of what it holds."""
    support_request = lock(support_request)
    if support_request.closed_at:
        raise Refused(_("This request is closed: nothing can be added to it."))
    most = settings.REQUEST_LIMITS["attachments"]
    if support_request.attachments.count() >= most:
        raise Refused({"file": _("%(most)s files at most: take one away first.") % {"most": most}})
    return keep_file(Attachment(request=support_request, at=at), upload)


def keep_file(row, upload):
    """Fill the row of a file from what was sent, and store its bytes under their digest; refuses in words.

    The bytes are safe before the row is written, and looked at once more when it is: whoever took the last other row
    of the same file away in between took them along.
    """
    row.name, row.media_type, row.size, row.digest = examine(upload)
    row.file.name = stored_under(row, row.name)
    write.check(row)
    path, content = row.file.path, upload.read()
    try:
        storage.keep(path, content, row.digest)
    except OSError as error:
        logger.error("A file could not be kept: %s", error.strerror or type(error).__name__)
        raise Refused({"file": _no_room()}) from error
    row.save()
    transaction.on_commit(lambda: _still_there(path, content, row.digest), robust=True)
    return row


def _no_room():
    return _(
        "The file could not be kept: our server has no room for it at the moment. Try again later."
    )


def _still_there(path, content, digest):
    with storage.one_at_a_time(settings.MEDIA_ROOT):
        storage.keep(path, content, digest)


@transaction.atomic
def detach(support_request, number):
    """Take a file away again; its bytes go once nothing else holds them."""
    attachment = support_request.attachments.filter(pk=number).first()
    if attachment is None:
        return
    drop_file(attachment)


def drop_file(row):
    """The row goes; its bytes as well, once no other row of its kind holds them."""
    row.delete()
    drop_bytes(row)


def drop_bytes(row):
    """Once the row is gone for good: its bytes, unless another row holds them."""
    transaction.on_commit(lambda: _drop_bytes(type(row), row.file.name))


def _drop_bytes(model, name, before=None):
    """Whether they went: not while a row names them, nor where they were meant anew since the moment."""
    path = Path(settings.MEDIA_ROOT) / name
    with storage.one_at_a_time(settings.MEDIA_ROOT):
        if model.objects.filter(file=name).exists() or (before and _meant_at(path) >= before):
            return False
        path.unlink(missing_ok=True)
    return True


def kinds_of_files():
    """Every table of files, of whichever app."""
    return [model for model in apps.get_models() if issubclass(model, KeptFile)]


def broken_files():
    """Rows whose file is missing, or is not what it was."""
    return [
        row
        for model in kinds_of_files()
        for row in model.objects.order_by("pk").iterator()
        if not storage.is_whole(row.file.path, row.size, row.digest)
    ]


def files_without_row(*, before):
    """Paths, below the folder of files, that no row names and that were last meant before this moment.

    What was left unfinished is among them. Only the folders of kinds of files are looked at.
    """
    return [name for _model, name in _files_without_row(before)]


def drop_files_without_row(*, before):
    """Delete them, each looked at again: a row may name it by now."""
    return [name for model, name in _files_without_row(before) if _drop_bytes(model, name, before)]


def _files_without_row(before):
    root = Path(settings.MEDIA_ROOT)
    for model in kinds_of_files():
        named = set(model.objects.values_list("file", flat=True))
        for path in sorted((root / model.FOLDER).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and name not in named and _meant_at(path) < before:
                yield model, name


def _meant_at(path):
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
