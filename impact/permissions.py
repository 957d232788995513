"""One rule, one function, asked by pages, fragments, the API and the templates' flags."""

from django.db.models import Count
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import User
from engagements import permissions as engagement_permissions
from engagements.models import Engagement
from impact.models import Baseline, Funding, ImpactReport, Indicator, Measurement, Metric, Overlap


def can_record(user: User, engagement: Engagement) -> bool:
    """The project lead, and those who run the engagement, record its baselines and measurements."""
    return can_run(user, engagement) or engagement_permissions.leads(user, engagement)


def can_run(user: User, engagement: Engagement) -> bool:
    """Those who run the engagement say what is followed and who funds it, and publish measurements."""
    return engagement_permissions.can_run(user, engagement)


def can_add_indicator(user: User) -> bool:
    """Those who run engagements add what they need to the shared library."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR)


def can_change_indicator(user: User, indicator: Indicator) -> bool:
    """An administrator; and whoever may add one, as long as no engagement follows it."""
    if user.is_administrator:
        return True
    return can_add_indicator(user) and not indicator.metrics.exists()


def can_agree(user: User, baseline: Baseline) -> bool:
    """The project lead alone: the sentence is about the work of their organisation."""
    return engagement_permissions.leads(user, baseline.metric.engagement)


def can_approve(user: User, measurement: Measurement) -> bool:
    """Whoever may record here, except the person who recorded this one."""
    return measurement.author_id != user.pk and can_record(user, measurement.metric.engagement)


def can_publish_reports(user: User) -> bool:
    """Those who run engagements, on the engagements that they run."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR)


def speaks_for_beneficiary(user: User, report: ImpactReport) -> bool:
    """The project lead: it is their organisation that the report speaks of."""
    return engagement_permissions.leads(user, report.engagement)


def can_sign_report(user: User, report: ImpactReport) -> bool:
    """Whoever speaks for the beneficiary, once."""
    return report.word_on is None and speaks_for_beneficiary(user, report)


def can_share_report(user: User, report: ImpactReport) -> bool:
    """Those who run the engagement, and those who fund it today."""
    if can_run(user, report.engagement):
        return True
    theirs = Funding.objects.running(timezone.localdate()).filter(engagement=report.engagement_id)
    return theirs.filter(funder__in=user.organisations_as(Role.FUNDER)).exists()


def can_declare_overlap(user: User, indicator: Indicator) -> bool:
    """Those who run at least two engagements that follow an indicator of unique people."""
    return indicator.pk in overlaps_to_declare(user)


def overlaps_to_declare(user: User) -> set[int]:
    """The indicators of unique people that at least two engagements follow, among those that the person runs."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return set()
    mine = Metric.objects.filter(
        engagement__in=Engagement.objects.run_by(user).values("pk"),
        indicator__aggregation=Indicator.Aggregation.UNIQUE,
    )
    several = mine.values("indicator").annotate(engagements=Count("pk")).filter(engagements__gte=2)
    return set(several.order_by("indicator").values_list("indicator", flat=True))


def can_change_overlap(user: User, overlap: Overlap) -> bool:
    """Those who run both engagements: neither of them alone knows the people of the other."""
    return can_run(user, overlap.first.engagement) and can_run(user, overlap.second.engagement)
