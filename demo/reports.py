"""Two reports: one that the beneficiary agrees to and that was corrected since, one on public figures alone."""

from datetime import timedelta

from django.utils import timezone

from crm.domain.roles import Role
from crm.models import User
from demo.world import ACCOUNTS
from engagements.models import Engagement
from impact.models import Measurement
from impact.selectors.reports import seal_of
from impact.services import measurements
from impact.services.reports import publish_report, share_report, sign_report


def reports(world):
    linkedout = Engagement.objects.get(title="LinkedOut")
    publish_report(
        linkedout,
        by=world.coordinator,
        today=world.today,
        seen=seal_of(linkedout, today=world.today),
    )
    elix = Engagement.objects.get(title="Elix, l’extension web")
    report = publish_report(
        elix, by=world.coordinator, today=world.today, seen=seal_of(elix, today=world.today)
    )
    lead = User.objects.get(email=ACCOUNTS[Role.LEAD])
    comment = "C’est bien ce que nous avons compté. (inventé)"
    sign_report(report, agrees=True, comment=comment, by=lead, today=world.today)
    until = world.today + timedelta(days=60)
    share_report(
        report,
        sent_to="Le conseil de la fondation",
        until=until,
        by=world.coordinator,
        at=timezone.now(),
    )
    _correct_the_last(world, elix)


def _correct_the_last(world, engagement):
    wrong = (
        Measurement.objects.current()
        .filter(metric__engagement=engagement)
        .latest("window_end", "pk")
    )
    row = measurements.record_measurement(
        wrong.metric,
        corrects=wrong,
        count=wrong.count - 24,
        exposure_months=wrong.exposure_months,
        window_start=wrong.window_start,
        window_end=wrong.window_end,
        source=wrong.source,
        grade=wrong.grade,
        note_fr="Les consultations de l’équipe étaient comptées.",
        note_en="The team's own look-ups were counted.",
        by=world.coordinator,
        today=world.today,
    )
    row = measurements.submit_measurement(row, by=world.coordinator)
    row = measurements.approve_measurement(row, seen=row.version, by=world.admin)
    measurements.publish_measurement(row, seen=row.version, by=world.coordinator, at=timezone.now())
