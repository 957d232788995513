from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain.formatting import day_text
from crm.domain.refusals import Asked, Refused
from crm.domain.workdays import monday_of
from crm.models import User
from engagements.models import Blocker, Engagement, ProgressLog
from engagements.services.locks import lock


@dataclass(frozen=True)
class WeekLog:
    """One person's week on one engagement. `week` is its Monday.

    `is_nothing` says that there was nothing this week; then the three texts are empty. With `opens_blocker`, what
    blocks becomes a blocker, which stays until it is resolved; one that was resolved opens again with `blocks_again`.
    """

    week: date
    done: str = ""
    blocked: str = ""
    next: str = ""
    is_nothing: bool = False
    opens_blocker: bool = False
    blocks_again: bool = False
    audience: str = ProgressLog.Audience.TEAM


@transaction.atomic
def log_progress(
    engagement: Engagement,
    news: WeekLog,
    *,
    by: User,
    at: datetime,
    seen: int | None = None,
    why: str | Reason = "",
) -> ProgressLog:
    """Save one person's week, or change it where it is saved already: the history keeps the old words."""
    today = timezone.localdate(at)
    lock(engagement)  # a second click waits here for the first one's row
    _refuse_week(engagement, news.week, today)
    saved = (
        ProgressLog.objects.select_for_update()
        .filter(engagement=engagement, author=by, week=news.week)
        .first()
    )
    write.refuse_if_stale(saved, seen)
    log = saved or ProgressLog(engagement=engagement, author=by, week=news.week)
    log.done, log.blocked, log.next = news.done.strip(), news.blocked.strip(), news.next.strip()
    log.is_nothing, log.audience, log.written_at = news.is_nothing, news.audience, at
    before = None if saved is None else saved.version
    fields = None if saved is None else ["done", "blocked", "next", "is_nothing", "audience"]
    reason = why or (because("Changed") if saved else because("Logged"))
    write.save(log, by=by, why=reason, fields=fields, stamps=["written_at"])
    if news.opens_blocker:
        _open_blocker(log, today=today, by=by, again=news.blocks_again)
    if log.version != before:  # the same words again are no news
        _update_last_news(engagement, today)
    return log


@transaction.atomic
def resolve_blocker(
    blocker: Blocker, *, by: User, today: date, resolution: str = "", seen: int | None = None
) -> Blocker:
    blocker = Blocker.objects.select_for_update(of=("self",)).get(pk=blocker.pk)
    if blocker.resolved_on is not None:
        raise Refused(_("This blocker is resolved already."))
    write.refuse_if_marked_since(blocker, seen)
    # Whoever opened it may have stood where the day had begun already.
    blocker.resolved_on, blocker.resolution = max(today, blocker.opened_on), resolution.strip()
    return write.save(blocker, by=by, why=because("Resolved"), fields=["resolved_on", "resolution"])


def _refuse_week(engagement: Engagement, week: date, today: date) -> None:
    days = {"week": day_text(week), "monday": day_text(monday_of(week))}
    if week != monday_of(week):
        raise Refused({"week": _("A week begins on a Monday: this one on %(monday)s.") % days})
    if week > today:
        raise Refused({"week": _("The week of %(week)s has not begun yet.") % days})
    if (engagement.started_on - week).days > 6:
        raise Refused({"week": _("The engagement had not started in the week of %(week)s.") % days})


def _open_blocker(log: ProgressLog, *, today: date, by: User, again: bool) -> None:
    """Make a blocker of what the log says blocks. One that somebody has resolved opens only `again`: that is asked."""
    if not log.blocked:
        raise Refused({"blocked": _("Say what blocks before you open a blocker.")})
    blocker = Blocker.objects.filter(log=log).first()
    if blocker is None:
        blocker = Blocker(
            engagement_id=log.engagement_id, log=log, opened_on=today, opened_by=by, owner=None
        )
    if blocker.resolved_on is not None and not again:
        sentence = _("This blocker was resolved on %(day)s. Say that it blocks again.")
        raise Asked("blocks_again", sentence % {"day": day_text(blocker.resolved_on)})
    blocker.text = log.blocked
    blocker.resolved_on, blocker.resolution = None, ""
    write.save(blocker, by=by, why=because("Opened from the week log"))


def _update_last_news(engagement: Engagement, today: date) -> None:
    """A derived column for sorting: it writes no history and no version, or every log would make open forms stale."""
    Engagement.objects.filter(pk=engagement.pk, last_news_on__lt=today).update(last_news_on=today)
