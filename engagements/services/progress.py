from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.domain.refusals import Refused
from crm.domain.workdays import monday_of
from engagements.models import Blocker, Engagement, ProgressLog
from engagements.services.locks import lock


@transaction.atomic
def log_progress(
    engagement,
    *,
    week,
    by,
    at,
    done="",
    blocked="",
    next="",
    is_nothing=False,
    opens_blocker=False,
    audience=ProgressLog.Audience.TEAM,
    seen=None,
    why="",
):
    """Write one person's week, or change it if it is written: the history keeps the old words.

    `week` is its Monday. With `opens_blocker` what blocks becomes a blocker with a clock of its own.
    """
    today = timezone.localdate(at)
    lock(engagement)  # a second click waits here for the first one's row
    _refuse_week(engagement, week, today)
    log = (
        ProgressLog.objects.select_for_update()
        .filter(engagement=engagement, author=by, week=week)
        .first()
    )
    write.refuse_if_stale(log, seen)
    why = why or (because("Changed") if log else because("Logged"))
    log = log or ProgressLog(engagement=engagement, author=by, week=week)
    log.done, log.blocked, log.next = done.strip(), blocked.strip(), next.strip()
    log.is_nothing, log.audience, log.written_at = is_nothing, audience, at
    before = None if log._state.adding else log.version
    fields = None if log._state.adding else ["done", "blocked", "next", "is_nothing", "audience"]
    write.save(log, by=by, why=why, fields=fields, stamps=["written_at"])
    if opens_blocker:
        _open_blocker(log, today=today, by=by)
    if log.version != before:  # the same words again are no news
        _note_news(engagement, today)
    return log


@transaction.atomic
def resolve_blocker(blocker, *, by, today, resolution="", seen=None):
    blocker = Blocker.objects.select_for_update(of=("self",)).get(pk=blocker.pk)
    if blocker.resolved_on is not None:
        raise Refused(_("This blocker is resolved already."))
    write.refuse_if_marked_since(blocker, seen)
    # Whoever opened it may have stood where the day had begun already.
    blocker.resolved_on, blocker.resolution = max(today, blocker.opened_on), resolution.strip()
    return write.save(blocker, by=by, why=because("Resolved"), fields=["resolved_on", "resolution"])


def _refuse_week(engagement, week, today):
    words = {"week": day_text(week), "monday": day_text(monday_of(week))}
    if week != monday_of(week):
        raise Refused({"week": _("A week begins on a Monday: this one on %(monday)s.") % words})
    if week > today:
        raise Refused({"week": _("The week of %(week)s has not begun yet.") % words})
    if (engagement.started_on - week).days > 6:
        raise Refused(
            {"week": _("The engagement had not started in the week of %(week)s.") % words}
        )


def _open_blocker(log, *, today, by):
    if not log.blocked:
        raise Refused({"blocked": _("Say what blocks before you open a blocker.")})
    blocker = Blocker.objects.filter(log=log).first()
    if blocker is None:
        blocker = Blocker(
            engagement_id=log.engagement_id, log=log, opened_on=today, opened_by=by, owner=None
        )
    blocker.text = log.blocked
    blocker.resolved_on, blocker.resolution = None, ""  # ticked again: it blocks again
    write.save(blocker, by=by, why=because("Opened from the week log"))


def _note_news(engagement, today):
    """A derived column for sorting: not history, and no version, or every log would make open forms stale."""
    Engagement.objects.filter(pk=engagement.pk, last_news_on__lt=today).update(last_news_on=today)
