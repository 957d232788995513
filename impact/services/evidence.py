"""The files that a figure rests on: added at any time, taken away only while nobody else has been asked about it."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.services.attachments import drop_file, keep_file
from impact.models import Evidence, Measurement


@transaction.atomic
def add_evidence(measurement, upload, *, by, today):
    """Keep a file with the figure, as what its bytes say that it is."""
    measurement = Measurement.objects.select_for_update().get(pk=measurement.pk)
    most = settings.REQUEST_LIMITS["attachments"]
    if measurement.evidence.count() >= most:
        raise Refused({"file": _("%(most)s files at most: take one away first.") % {"most": most}})
    write.note(measurement, by=by, why=because("A file of evidence added"))
    return keep_file(Evidence(measurement=measurement, added_by=by, added_on=today), upload)


@transaction.atomic
def drop_evidence(evidence):
    measurement = Measurement.objects.select_for_update().get(pk=evidence.measurement_id)
    if measurement.status != Measurement.Status.DRAFT:
        raise Refused(
            _("What others have looked at stays: evidence is taken away from a draft only.")
        )
    drop_file(evidence)
