"""The mail of Friday: a link that opens on this week, for those whose week is not logged; nothing to log, no mail."""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from secrets import token_urlsafe

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm import mail
from crm.domain.workdays import is_working_day, monday_of
from crm.selectors.digests import token_of_digest
from crm.services.links import digest_of
from volunteers.models import Assignment, Volunteer, WeekLink
from volunteers.selectors import silent_weeks

WEEK_MAIL = mail.Words(
    _("Your week in a minute"),
    (
        _(
            "What is done, what blocks, what comes next, and the days: this link opens on your week, no password."
        ),
        _("It writes in your name until %(until)s: keep it to yourself."),
    ),
    _("Log my week"),
)


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SentLinks:
    """`failed` are links whose mail did not go out: they are taken back, so that the next run makes new ones."""

    mails: int
    failed: int


def run_morning(*, at: datetime) -> dict[str, int]:
    """What was done, in the words of the morning command, and how often."""
    sent = send_week_links(at=at)
    return {"weekly links": sent.mails, "failed": sent.failed}


def send_week_links(*, at):
    """On the week's last working day, one mail to each person whose week is not logged."""
    today = timezone.localdate(at)
    if today != last_working_day(today):
        return SentLinks(0, 0)
    week = monday_of(today)
    unlogged = silent_weeks.without_log(Assignment.objects.confirmed().on(today), week).values(
        "volunteer"
    )
    people = Volunteer.objects.filter(pk__in=unlogged, user__is_active=True, user__week_mail=True)
    people = people.exclude(week_links__week=week).select_related("user").order_by("pk")
    outcomes = Counter(_send(volunteer, week, at) for volunteer in people.iterator())
    return SentLinks(outcomes["sent"], outcomes["failed"])


def last_working_day(day):
    """Of the day's week; its Friday where all of them are holidays."""
    friday = monday_of(day) + timedelta(days=4)
    week = (friday - timedelta(days=back) for back in range(5))
    return next((each for each in week if is_working_day(each)), friday)


def _send(volunteer, week, at):
    """One person's mail never stops the others': whatever goes wrong is logged and counted."""
    token = make_week_link(volunteer, week, at=at)
    if token is None:
        return "sent before"
    user = volunteer.user
    try:
        message = mail.compose(
            WEEK_MAIL,
            user.email,
            language=user.language,
            path=reverse("volunteers:week-link-enter", args=[token]),
            leave=reverse("crm:digest-leave", args=[token_of_digest(user, of_week=True)]),
            until=timezone.localdate(_until(volunteer, week, at)),
        )
        message.send()
    except Exception:
        logger.exception("The weekly link of volunteer %s was not sent.", volunteer.pk)
        WeekLink.objects.filter(volunteer=volunteer, digest=digest_of(token)).delete()
        return "failed"
    return "sent"


def make_week_link(volunteer, week, *, at):
    """The secret of a new link; it is told once, here. None where the week has its link already."""
    token = token_urlsafe(32)
    defaults = {
        "digest": digest_of(token),
        "made_at": at,
        "expires_at": _until(volunteer, week, at),
    }
    _link, is_new = WeekLink.objects.get_or_create(
        volunteer=volunteer, week=week, defaults=defaults
    )
    return token if is_new else None


def _until(volunteer, week, at):
    """Until when it writes: some days, and no longer than the missions of that week may be written to."""
    promised = at + timedelta(days=settings.WEEK_LINK_DAYS)
    sunday = week + timedelta(days=6)
    assignments = (
        Assignment.objects.filter(volunteer=volunteer).confirmed().overlapping(week, sunday)
    )
    last = assignments.aggregate(last=Max("ends_on"))["last"]
    if last is None or last > sunday:
        return promised
    end_of_sunday = timezone.make_aware(datetime.combine(sunday, time.max))
    return min(promised, end_of_sunday) if end_of_sunday > at else promised


def open_week_link(token, *, at):
    """The live link of a secret, or None: wrong, expired and revoked look the same."""
    if not token or len(token) > 100:
        return None
    links = WeekLink.objects.live(at).filter(digest=digest_of(token))
    return links.select_related("volunteer__user").first()


def keep_week_link(link, browser):
    """Give the link to the browser that saves; False where another one has it. Said under the transaction's lock."""
    held = WeekLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if held.browser and held.browser != digest_of(browser):
        return False
    held.browser = digest_of(browser)
    held.save(update_fields=["browser"])
    return True


def revoke_week_links(volunteer, *, at):
    """No mailed address of the person opens any longer; their next Friday brings a new one."""
    return volunteer.week_links.filter(revoked_at=None).update(revoked_at=at)
