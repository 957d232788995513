"""The files that a measurement rests on: added at any time, deleted only while it is a draft."""

from datetime import date

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import User
from crm.services.attachments import drop_file, keep_file
from impact.models import Evidence, Measurement


@transaction.atomic
def add_evidence(
    measurement: Measurement, upload: UploadedFile, *, by: User, today: date
) -> Evidence:
    """Keep a file with the measurement; its bytes decide what kind of file it is."""
    measurement = Measurement.objects.select_for_update().get(pk=measurement.pk)
    limit = settings.REQUEST_LIMITS["attachments"]
    if measurement.evidence.count() >= limit:
        raise Refused({"file": _("%(most)s files at most: take one away first.") % {"most": limit}})
    write.note(measurement, by=by, why=because("A file of evidence added"))
    return keep_file(Evidence(measurement=measurement, added_by=by, added_on=today), upload)


@transaction.atomic
def drop_evidence(evidence: Evidence) -> None:
    measurement = Measurement.objects.select_for_update().get(pk=evidence.measurement_id)
    if measurement.status != Measurement.Status.DRAFT:
        raise Refused(
            _("What others have looked at stays: evidence is taken away from a draft only.")
        )
    drop_file(evidence)
