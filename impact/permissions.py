"""One rule, one function, asked by pages, fragments, the API and the templates' flags."""

from crm.models import User
from crm.roles import Role
from engagements import permissions as engagement_permissions
from engagements.models import Engagement
from impact.models import Baseline, ImpactReport, Indicator, Measurement, funded_by


def can_record(user: User, engagement: Engagement) -> bool:
    """The project lead, and those who run the engagement, write its baselines and figures."""
    return can_run(user, engagement) or engagement.beneficiary_id in user.organisations_as(Role.LEAD)


def can_run(user: User, engagement: Engagement) -> bool:
    """Those who run the engagement say what is followed and who funds it, and publish figures."""
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
    """The project lead alone: it is their organisation's work that the sentence tells."""
    return baseline.metric.engagement.beneficiary_id in user.organisations_as(Role.LEAD)


def can_approve(user: User, measurement: Measurement) -> bool:
    """Whoever may write figures here, but for the one who wrote this one."""
    return measurement.author_id != user.pk and can_record(user, measurement.metric.engagement)


def can_publish_reports(user: User) -> bool:
    """Those who run engagements, on the engagements that they run."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR)


def can_sign_report(user: User, report: ImpactReport) -> bool:
    """The project lead, once: it is their organisation that the report speaks of."""
    return report.word_on is None and report.engagement.beneficiary_id in user.organisations_as(Role.LEAD)


def can_share_report(user: User, report: ImpactReport) -> bool:
    """Those who run the engagement, and those who fund it."""
    if can_run(user, report.engagement):
        return True
    return user.holds(Role.FUNDER) and funded_by(user).filter(engagement=report.engagement_id).exists()
