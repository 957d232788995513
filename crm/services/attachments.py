from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.attachments import examine
from crm.models import Attachment
from crm.models.requests import stored_under
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
    name, media_type, size, digest = examine(upload)
    attachment = Attachment(request=request, name=name, media_type=media_type, size=size, digest=digest, at=at)
    attachment.file.name = stored_under(attachment, name)
    audit.check(attachment)
    storage = attachment.file.storage
    if not storage.exists(attachment.file.name):
        storage.save(attachment.file.name, ContentFile(upload.read()))
    attachment.save()
    return attachment


@transaction.atomic
def detach(request, number):
    """Take a file away again; its bytes go once nothing else holds them."""
    attachment = request.attachments.filter(pk=number).first()
    if attachment is None:
        return
    attachment.delete()
    if not Attachment.objects.filter(digest=attachment.digest).exists():
        transaction.on_commit(lambda: attachment.file.storage.delete(attachment.file.name))
