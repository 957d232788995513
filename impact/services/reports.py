"""A report is frozen and numbered, the beneficiary says a word on it, and whoever may read it shares it by a link."""

from datetime import datetime, time, timedelta
from secrets import token_urlsafe

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain import made
from crm.domain.refusals import Refused
from crm.files.checksums import checksum_of
from crm.models import Organisation
from crm.services.links import digest_of
from engagements.models import Engagement
from engagements.services.locks import lock
from impact.models import ImpactReport, ShareLink, ShareView
from impact.selectors import reports

MAX_LINK_DAYS = 366
ONE_VIEW = timedelta(minutes=1)


@transaction.atomic
def publish_report(engagement, *, by, today, seen):
    """Freeze what is published now. `seen` is the seal of what the person had read: other figures are refused."""
    # One after the other within a member: numbers follow each other, and a second click meets the first one's report.
    Organisation.objects.select_for_update().get(pk=engagement.member_id)
    lock(engagement)
    engagement = Engagement.objects.select_related("beneficiary", "member").get(pk=engagement.pk)
    contents = reports.contents_of(engagement, today=today)
    if not any(figure["series"] or figure["beside"] for figure in contents["figures"]):
        raise Refused(_("No figure is published yet: there is nothing to report."))
    sentence = _("The figures changed while you were reading: look at them again, then publish.")
    write.refuse_other_seal(checksum_of(contents), seen, sentence)
    before = engagement.impact_reports.order_by("-pk").first()
    if before and checksum_of(_told(before.contents)) == checksum_of(_told(contents)):
        raise Refused(_("Nothing has changed since report %(number)s.") % {"number": before.number})
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
def sign_report(report, *, agrees, by, today, comment=""):
    """The beneficiary's word on the report, shown as it was written; it is given once."""
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


def share_report(report, *, sent_to, until, by, at):
    """A new link and its path, which is told once, here, and cannot be read again."""
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
    return link, reverse("impact:shared-enter", args=[token])


def revoke_share_link(link, *, by, at):
    """It opens nothing any longer; what was downloaded stays where it is. Revoked twice, the first one is kept."""
    return ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(
        revoked_at=at, revoked_by=by
    )


def open_share_link(token, *, at):
    """The live link of a secret, or None: wrong, expired, revoked and made by somebody who left look the same."""
    if not token or len(token) > 100:
        return None
    links = ShareLink.objects.live(at).filter(digest=digest_of(token))
    return links.select_related(
        "report__engagement__beneficiary", "report__engagement__member"
    ).first()


@transaction.atomic
def count_view(link, *, at):
    """A reading within a minute of another is the same one: a second click, a refresh, a robot."""
    ShareLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if not link.views.filter(at__gt=at - ONE_VIEW).exists():
        ShareView.objects.create(link=link, at=at)


def _told(contents):
    """What the report says, apart from its day and number and from the programs that made it."""
    apart = {"as_of", "number", "release", "django"}
    return {name: value for name, value in contents.items() if name not in apart}


def _next_number(member, today):
    """R2026-12-0007: the seventh that member 12 publishes in 2026."""
    series = f"R{today.year}-{member}-"
    last = ImpactReport.objects.filter(number__startswith=series).order_by("-number").first()
    return f"{series}{int(last.number.removeprefix(series)) + 1 if last else 1:04d}"
