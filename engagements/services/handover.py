"""Barriers, drills and signatures: what shows, side by side, that the organisation stands alone."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.domain.refusals import Refused
from engagements.domain.running_costs import months_after
from engagements.domain.stages import ORDER, Stage
from engagements.models import BarrierAssessment, Signature
from engagements.selectors import autonomy
from engagements.services.locks import lock
from engagements.services.parts import save_part

Moment, Occasion = BarrierAssessment.Moment, Signature.Occasion
MONTHS_UNTIL_LATER = 6  # months after the engagement stands alone
SIGNED_IN = {
    Occasion.HANDOVER: {Stage.HANDOVER},
    Occasion.CLOSING: {Stage.AUTONOMOUS, Stage.STOPPED},
}


@transaction.atomic
def assess_barriers(engagement, *, moment, side, levels, by, today, comment="", seen=None):
    """One side's four levels at one moment, {"culture": 0…4, …}; written again, they change: history keeps both."""
    engagement = lock(engagement)
    _refuse_too_early(engagement, Moment(moment), today)
    known = engagement.assessments.filter(moment=moment, side=side).first()
    write.refuse_if_stale(known, seen)
    assessment = known or BarrierAssessment(engagement=engagement, moment=moment, side=side)
    for name, level in levels.items():
        setattr(assessment, name, level)
    assessment.comment, assessment.assessed_on, assessment.assessed_by = comment.strip(), today, by
    stamps = ["assessed_on", "assessed_by"]
    return write.save(
        assessment, by=by, why=because("Changed") if known else because("Added"), stamps=stamps
    )


def _refuse_too_early(engagement, moment, today):
    stage = Stage(engagement.stage)
    if moment == Moment.HANDOVER and ORDER[stage] < ORDER[Stage.LAUNCH]:
        raise Refused({"moment": _("The assessment at hand-over waits for the launch.")})
    if moment == Moment.LATER:
        if stage != Stage.AUTONOMOUS:
            raise Refused(
                {
                    "moment": _(
                        "This assessment is made six months after the organisation stands alone."
                    )
                }
            )
        first = months_after(engagement.stage_entered_on, MONTHS_UNTIL_LATER)
        if today < first:
            raise Refused(
                {"moment": _("This assessment is due from %(day)s on.") % {"day": day_text(first)}}
            )


@transaction.atomic
def save_drill(drill, *, by, today, seen=None):
    """A try of what the organisation must be able to do by itself: a fact, so never of a day to come."""
    engagement = lock(drill.engagement)
    if drill.done_on > today:
        raise Refused({"done_on": _("Write down what was tried: this day is still to come.")})
    if drill.done_on < engagement.started_on:
        raise Refused({"done_on": _("The engagement had not started on that day.")})
    if drill.pk is None:
        drill.recorded_by = by
    return save_part(drill, by=by, seen=seen)


@transaction.atomic
def sign(engagement, *, occasion, side, agrees, name, at, by, seen, comment=""):
    """A side's word on what it has read (`seen`, its seal), shown as it is given; others may follow, none goes."""
    engagement = lock(engagement)
    occasion = Occasion(occasion)
    if Stage(engagement.stage) not in SIGNED_IN[occasion]:
        if occasion == Occasion.HANDOVER:
            raise Refused(
                _("The hand-over is signed while the engagement is in the hand-over stage.")
            )
        raise Refused(_("The closing is signed once the engagement is over."))
    last = (
        engagement.signatures.filter(occasion=occasion, side=side)
        .order_by("-signed_at", "-pk")
        .first()
    )
    if last is not None and (last.agrees, last.comment) == (agrees, comment.strip()):
        raise Refused(_("This is signed already, in the same words."))
    sentence = _("What you sign changed while you were reading: read it again, then sign.")
    write.refuse_other_seal(autonomy.seal_of(engagement), seen, sentence)
    signature = Signature(
        engagement=engagement,
        occasion=occasion,
        side=side,
        agrees=agrees,
        comment=comment.strip(),
        name=name,
        signed_by=by,
        signed_at=at,
    )
    write.check(signature)
    signature.save()
    return signature
