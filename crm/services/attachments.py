from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.attachments import examine
from crm.models import Attachment
from crm.models.files import stored_under
from crm.refusals import Refused
from crm.services.requests import lock


@transaction.atomic
def attach(request, upload, *, at):
    """Keep a file with the request, under the digest of what it holds."""
    request = lock(request)
    if request.closed_at:
        raise Refused(_("This request is closed: nothing can be added to it."))
    most = settings.REQUEST_LIMITS["attachments"]
    if request.attachments.count() >= most:
        raise Refused({"file": _("%(most)s files at most: take one away first.") % {"most": most}})
    return keep_file(Attachment(request=request, at=at), upload)


def keep_file(row, upload):
    """Fill the row of a file from what was sent, and store its bytes under their digest; refuses in words."""
    row.name, row.media_type, row.size, row.digest = examine(upload)
    row.file.name = stored_under(row, row.name)
    audit.check(row)
    storage = row.file.storage
    if not storage.exists(row.file.name):
        storage.save(row.file.name, ContentFile(upload.read()))
    row.save()
    return row


@transaction.atomic
def detach(request, number):
    """Take a file away again; its bytes go once nothing else holds them."""
    attachment = request.attachments.filter(pk=number).first()
    if attachment is None:
        return
    drop_file(attachment)


def drop_file(row):
    """The row goes; its bytes as well, once no other row of its kind holds them."""
    row.delete()
    if not type(row).objects.filter(digest=row.digest).exists():
        transaction.on_commit(lambda: row.file.storage.delete(row.file.name))
