"""A report shared by a link."""

from datetime import timedelta

from django.utils import timezone

from impact.services import reports


def sharing(report):
    def share(by, days=30):
        at = timezone.now()
        until = timezone.localdate(at) + timedelta(days=days)
        _link, path = reports.share_report(report, sent_to="The board", until=until, by=by, at=at)
        return path

    return share
