"""Files that are kept, in whichever place is in use."""

from hashlib import sha256

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from crm.files.places import place_in_use
from crm.services import attachments
from tests.crm.factories import SupportRequestFactory
from tests.production import settings_of


def sent(content=b"%PDF-1.4 x", name="a.pdf"):
    return SimpleUploadedFile(name, content)


def attach(content=b"%PDF-1.4 x", request=None, **options):
    request = request or SupportRequestFactory()
    return attachments.attach(request, sent(content, **options), at=timezone.now())


def bytes_of(row):
    return place_in_use().read(row.file.name, most=row.size + 1)


def put_aside(row, content=None):
    """Other bytes in place of those that were kept, or none."""
    place, name = place_in_use(), row.file.name
    place.delete(name)
    if content is not None:
        place.keep(name, content, sha256(content).hexdigest())


def use_bucket(settings, given):
    """Have files kept as these variables say."""
    place = settings_of(**given)["STORAGES"]["default"]
    settings.STORAGES = {**settings.STORAGES, "default": place}
    return place_in_use()
