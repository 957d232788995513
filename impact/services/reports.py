"""A report is frozen and numbered, the beneficiary gives its word on it, and whoever may shares it by a link."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from secrets import token_urlsafe
from typing import Any, NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain import made
from crm.domain.refusals import Refused
from crm.files.checksums import checksum_of
from crm.models import Organisation, User
from crm.services.links import digest_of
from engagements.models import Engagement
from engagements.services.locks import lock
from impact.models import ImpactReport, ShareLink, ShareView
from impact.selectors import reports

MAX_LINK_DAYS = 366
ONE_VIEW = timedelta(minutes=1)
"""What is read again within it is not counted again."""


class NewShareLink(NamedTuple):
    """A link and its path, which holds the secret and cannot be read again later."""

    link: ShareLink
    path: str


@transaction.atomic
def publish_report(
    engagement: Engagement, *, by: User, today: date, seen: str | None
) -> ImpactReport:
    """Freeze what is published now, if it still is what the person has read: `seen` is the seal of that."""
    # The lock on the member makes its reports follow each other: so do their numbers, and a second click meets the
    # report of the first one.
    Organisation.objects.select_for_update().get(pk=engagement.member_id)
    lock(engagement)
    engagement = Engagement.objects.select_related("beneficiary", "member").get(pk=engagement.pk)
    contents = reports.contents_of(engagement, today=today)
    if not any(figure["series"] or figure["beside"] for figure in contents["figures"]):
        raise Refused(_("No figure is published yet: there is nothing to report."))
    sentence = _("The figures changed while you were reading: look at them again, then publish.")
    write.refuse_other_seal(checksum_of(contents), seen, sentence)
    last = engagement.impact_reports.order_by("-pk").first()
    if last and checksum_of(_substance(last.contents)) == checksum_of(_substance(contents)):
        raise Refused(_("Nothing has changed since report %(number)s.") % {"number": last.number})
    contents["number"] = _next_number(engagement.member_id, today)
    report = ImpactReport(
        engagement=engagement,
        number=contents["number"],
        code=token_urlsafe(32),
        contents=contents,
        checksum=checksum_of(contents),
        published_on=today,
        published_by=by,
    )
    return write.save(report, by=by, why=because("Published"))


@transaction.atomic
def sign_report(
    report: ImpactReport, *, agrees: bool, by: User, today: date, comment: str = ""
) -> ImpactReport:
    """Record the beneficiary's word on the report, which is given once and shown as it was written."""
    report = ImpactReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.word_on:
        raise Refused(_("The beneficiary has given its word on this report already."))
    report.word_agrees, report.word_comment, report.word_by, report.word_on = (
        agrees,
        comment.strip(),
        by,
        today,
    )
    if not agrees and not report.word_comment:
        raise Refused({"comment": _("Say what you disagree with: it is shown as you write it.")})
    fields = ["word_agrees", "word_comment", "word_by", "word_on"]
    return write.save(
        report, by=by, why=because("Agreed") if agrees else because("Disagreed"), fields=fields
    )


def share_report(
    report: ImpactReport, *, sent_to: str, until: date, by: User, at: datetime
) -> NewShareLink:
    """Make a link; only a digest of its secret is kept."""
    if not 0 <= (until - timezone.localdate(at)).days <= MAX_LINK_DAYS:
        raise Refused({"until": _("A link opens for a year at most, from today on.")})
    token = token_urlsafe(32)
    link = ShareLink.objects.create(
        report=report,
        sent_to=sent_to.strip(),
        digest=digest_of(token),
        made_by=by,
        made_at=at,
        expires_at=timezone.make_aware(datetime.combine(until, time(23, 59, 59))),
    )
    made.note(link)
    return NewShareLink(link, reverse("impact:shared-enter", args=[token]))


def revoke_share_link(link: ShareLink, *, by: User, at: datetime) -> None:
    """Make it open nothing any longer; what was downloaded stays where it is. The first revocation is kept."""
    ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at, revoked_by=by)


def open_share_link(token: str, *, at: datetime) -> ShareLink | None:
    """The live link of a secret; None alike for one that is wrong, expired, revoked or made by somebody who left."""
    if not token or len(token) > 100:
        return None
    links = ShareLink.objects.live(at).filter(digest=digest_of(token))
    return links.select_related(
        "report__engagement__beneficiary", "report__engagement__member"
    ).first()


@transaction.atomic
def count_view(link: ShareLink, *, at: datetime) -> None:
    """Count that the report is read; within a minute it is the same reader, who clicks twice or reloads."""
    ShareLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if not link.views.filter(at__gt=at - ONE_VIEW).exists():
        ShareView.objects.create(link=link, at=at)


def _substance(contents: Mapping[str, Any]) -> dict[str, Any]:
    """What a report says, without its day, its number and the versions of the programs that made it."""
    circumstances = {"as_of", "number", "release", "django"}
    return {name: value for name, value in contents.items() if name not in circumstances}


def _next_number(member: int, today: date) -> str:
    """R2026-12-0007: the seventh that member 12 publishes in 2026."""
    series = f"R{today.year}-{member}-"
    last = ImpactReport.objects.filter(number__startswith=series).order_by("-number").first()
    return f"{series}{int(last.number.removeprefix(series)) + 1 if last else 1:04d}"
