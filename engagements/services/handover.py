"""Barriers, drills and signatures: what shows, side by side, that the organisation stands alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.domain.refusals import Refused
from crm.models import User
from engagements.domain.running_costs import months_after
from engagements.domain.stages import ORDER, Stage
from engagements.models import BarrierAssessment, Drill, Engagement, Signature
from engagements.selectors import autonomy
from engagements.services.locks import lock
from engagements.services.parts import save_part

Moment, Occasion = BarrierAssessment.Moment, Signature.Occasion
MONTHS_UNTIL_LATER = 6  # months after the engagement stands alone
SIGNED_IN = {
    Occasion.HANDOVER: {Stage.HANDOVER},
    Occasion.CLOSING: {Stage.AUTONOMOUS, Stage.STOPPED},
}


@dataclass(frozen=True)
class BarrierAnswers:
    """What one side says of the four barriers at one moment: `levels` is {"culture": 0…4, …}."""

    moment: str
    side: str
    levels: Mapping[str, int]
    comment: str = ""


@transaction.atomic
def assess_barriers(
    engagement: Engagement,
    answers: BarrierAnswers,
    *,
    by: User | None,
    today: date,
    seen: int | None = None,
) -> BarrierAssessment:
    """Save the assessment of a moment and a side, or change it if there is one: the history keeps both."""
    engagement = lock(engagement)
    moment, side = Moment(answers.moment), answers.side
    _refuse_too_early(engagement, moment, today)
    saved = engagement.assessments.filter(moment=moment, side=side).first()
    write.refuse_if_stale(saved, seen)
    assessment = saved or BarrierAssessment(engagement=engagement, moment=moment, side=side)
    for name, level in answers.levels.items():
        setattr(assessment, name, level)
    assessment.comment = answers.comment.strip()
    assessment.assessed_on, assessment.assessed_by = today, by
    stamps = ["assessed_on", "assessed_by"]
    return write.save(
        assessment, by=by, why=because("Changed") if saved else because("Added"), stamps=stamps
    )


def _refuse_too_early(
    engagement: Engagement, moment: BarrierAssessment.Moment, today: date
) -> None:
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
def save_drill(drill: Drill, *, by: User, today: date, seen: int | None = None) -> Drill:
    """Save a try of what the organisation must be able to do by itself: a fact, so never of a day to come."""
    engagement = lock(drill.engagement)
    if drill.done_on > today:
        raise Refused({"done_on": _("Write down what was tried: this day is still to come.")})
    if drill.done_on < engagement.started_on:
        raise Refused({"done_on": _("The engagement had not started on that day.")})
    if drill.pk is None:
        drill.recorded_by = by
    return save_part(drill, by=by, seen=seen)


@dataclass(frozen=True)
class SignedWord:
    """What one side says on an occasion, as a form or the API gives it."""

    occasion: str
    side: str
    agrees: bool
    name: str
    comment: str = ""


@transaction.atomic
def sign(
    engagement: Engagement, word: SignedWord, *, by: User | None, at: datetime, seen: str | None
) -> Signature:
    """Save a side's word, for or against; it is never changed, and a later one stands beside it.

    `seen` is the seal of what the person has read: owners, costs and drills.
    """
    engagement = lock(engagement)
    occasion = Occasion(word.occasion)
    if Stage(engagement.stage) not in SIGNED_IN[occasion]:
        if occasion == Occasion.HANDOVER:
            raise Refused(
                _("The hand-over is signed while the engagement is in the hand-over stage.")
            )
        raise Refused(_("The closing is signed once the engagement is over."))
    comment = word.comment.strip()
    last = (
        engagement.signatures.filter(occasion=occasion, side=word.side)
        .order_by("-signed_at", "-pk")
        .first()
    )
    if last is not None and (last.agrees, last.comment) == (word.agrees, comment):
        raise Refused(_("This is signed already, in the same words."))
    sentence = _("What you sign changed while you were reading: read it again, then sign.")
    write.refuse_other_seal(autonomy.seal_of(engagement), seen, sentence)
    signature = Signature(
        engagement=engagement,
        occasion=occasion,
        side=word.side,
        agrees=word.agrees,
        comment=comment,
        name=word.name,
        signed_by=by,
        signed_at=at,
    )
    write.check(signature)
    signature.save()
    return signature
