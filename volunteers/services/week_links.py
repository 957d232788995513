"""The mail of Friday: a link that opens on this week, for those whose week is not logged; nothing to log, no mail."""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from secrets import token_urlsafe

from django.conf import settings
from django.db import transaction
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

WEEK_MAIL = mail.declare(
    "week",
    mail.Words(
        _("Your week from %(week)s: %(missions)s"),
        (
            _(
                "What is done, what blocks, what comes next, and the days: this link opens on your week, no password."
            ),
            _("It writes in your name until %(until)s: keep it to yourself."),
        ),
        _("Log my week"),
        mail.FOR_CHOSEN,
    ),
)


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SentLinks:
    """How many mails were written and how many failed; a mail that failed left no link, and the next run makes one."""

    mails: int
    failed: int


def run_morning(*, at: datetime) -> dict[str, int]:
    """What was done, in the words of the morning command, and how often."""
    sent = send_week_links(at=at)
    return {"weekly links": sent.mails, "failed": sent.failed}


def send_week_links(*, at: datetime) -> SentLinks:
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


def last_working_day(day: date) -> date:
    """The last working day of the day's week; its Friday where all five are holidays."""
    friday = monday_of(day) + timedelta(days=4)
    week = (friday - timedelta(days=back) for back in range(5))
    return next((each for each in week if is_working_day(each)), friday)


def _send(volunteer: Volunteer, week: date, at: datetime) -> str:
    """Write one person's mail: "sent", "failed" or "sent before". An error is logged and stops no other mail.

    The link is made in the transaction that writes the mail: there is none that nobody was sent.
    """
    try:
        with transaction.atomic():
            token = make_week_link(volunteer, week, at=at)
            if token is None:
                return "sent before"
            _compose(volunteer, week, token, at).send()
    except Exception:
        logger.exception("The weekly link of a volunteer was not sent.", extra={"row": volunteer})
        return "failed"
    return "sent"


def _compose(volunteer: Volunteer, week: date, token: str, at: datetime) -> mail.Mail:
    user = volunteer.user
    until = _until(volunteer, week, at)
    message = mail.compose(
        WEEK_MAIL,
        user.email,
        language=user.language,
        path=reverse("volunteers:week-link-enter", args=[token]),
        leave=reverse("crm:digest-leave", args=[token_of_digest(user, of_week=True)]),
        week=week,
        missions=_missions(volunteer, week, timezone.localdate(at)),
        until=timezone.localdate(until),
    )
    message.kind, message.useless_after = "week", until
    return message


def _missions(volunteer: Volunteer, week: date, today: date) -> str:
    """The engagements whose week the person has not logged, as the subject names them."""
    running = volunteer.assignments.confirmed().on(today)
    silent = silent_weeks.without_log(running, week).select_related("engagement").order_by("pk")
    return ", ".join(dict.fromkeys(assignment.engagement.title for assignment in silent))


def make_week_link(volunteer: Volunteer, week: date, *, at: datetime) -> str | None:
    """The secret of a new link, of which only the digest is stored. None where the week has its link already."""
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


def _until(volunteer: Volunteer, week: date, at: datetime) -> datetime:
    """When the link expires: after WEEK_LINK_DAYS, or earlier where no assignment of that week may be logged longer."""
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


def open_week_link(token: str, *, at: datetime) -> WeekLink | None:
    """The live link of a secret, or None: wrong, expired and revoked look the same."""
    if not token or len(token) > 100:
        return None
    links = WeekLink.objects.live(at).filter(digest=digest_of(token))
    return links.select_related("volunteer__user").first()


def bind_week_link(link: WeekLink, browser: str) -> bool:
    """Bind the link to the browser that saves, given by its secret; False where it is bound to another one.

    The caller's transaction holds the lock of the link until the week is saved.
    """
    locked = WeekLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if locked.browser and locked.browser != digest_of(browser):
        return False
    locked.browser = digest_of(browser)
    locked.save(update_fields=["browser"])
    return True


def revoke_week_links(volunteer: Volunteer, *, at: datetime) -> int:
    """End all links mailed to the person, and say how many; their next Friday brings a new one."""
    return volunteer.week_links.filter(revoked_at=None).update(revoked_at=at)
