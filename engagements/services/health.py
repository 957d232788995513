from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain.formatting import day_text
from crm.domain.refusals import Refused
from crm.models import User
from engagements.models import Engagement, HealthOverride, HealthRule, Pause
from engagements.services.locks import lock


@transaction.atomic
def change_rule(
    rule: HealthRule, *, days: int, weight: int, is_on: bool, by: User, seen: int | None = None
) -> HealthRule:
    """Set how a rule works, for every engagement and at once. Its first change also writes down how Relais came."""
    row = _locked_rule(rule, by)
    write.refuse_if_stale(row, seen)
    row.days, row.weight, row.is_on = days, weight, is_on
    return write.save(row, by=by, why=because("Changed"), fields=["days", "weight", "is_on"])


def _locked_rule(rule: HealthRule, by: User) -> HealthRule:
    """The rule's row, locked, made first where there is none.

    It has no parent whose lock two first changes could wait for: of two that make the row, one is refused by the
    database and finds the other's.
    """
    rows = HealthRule.objects.select_for_update().filter(pk=rule.pk)
    if not rows:
        try:
            with transaction.atomic():
                write.save(HealthRule.by_default(rule.pk), by=by, why=because("As Relais comes"))
        except IntegrityError:
            pass  # the other one was first
    return rows.all().get()


@dataclass(frozen=True)
class HandSetLevel:
    """A level of health set by hand, its reason, and the last day on which it holds."""

    level: str
    reason: str
    until: date


@transaction.atomic
def override_health(
    engagement: Engagement,
    setting: HandSetLevel,
    *,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> HealthOverride:
    """Set the health by hand until a day; what was set by hand before (`seen`, its version) ends."""
    engagement = lock(engagement)
    today = timezone.localdate(at)
    _refuse_over(engagement)
    current = engagement.overrides.filter(ended_at=None).first()
    write.refuse_if_stale(current, seen)  # type: ignore[arg-type]  # its key stands for a version
    if not today < setting.until <= today + timedelta(days=HealthOverride.MAX_DAYS):
        raise Refused(
            {
                "until": _("Choose a day to come, at most %(days)d days ahead.")
                % {"days": HealthOverride.MAX_DAYS}
            }
        )
    if current is not None:
        _end(current, by=by, at=at, why=because("Replaced"))
    override = HealthOverride(
        engagement=engagement,
        level=setting.level,
        reason=setting.reason.strip(),
        until=setting.until,
        made_by=by,
        made_at=at,
    )
    return write.save(override, by=by, why=because("Set by hand"))


@transaction.atomic
def take_back_override(override: HealthOverride, *, by: User, at: datetime) -> HealthOverride:
    """End a level set by hand before its last day: the rules decide again."""
    lock(override.engagement)
    override = HealthOverride.objects.get(pk=override.pk)
    if override.ended_at is not None:
        raise Refused(_("This is taken back already."))
    return _end(override, by=by, at=at, why=because("Taken back"))


def _end(override: HealthOverride, *, by: User, at: datetime, why: Reason) -> HealthOverride:
    override.ended_at = at
    return write.save(override, by=by, why=why, fields=["ended_at"])


@transaction.atomic
def pause_engagement(
    engagement: Engagement, *, starts_on: date, reason: str, by: User, ends_on: date | None = None
) -> Pause:
    """Write down days on which neither news nor a milestone is expected; without a last day, until one is given."""
    engagement = lock(engagement)
    _refuse_over(engagement)
    if starts_on < engagement.started_on:
        day = day_text(engagement.started_on)
        raise Refused({"starts_on": _("The engagement only starts on %(day)s.") % {"day": day}})
    pause = Pause(
        engagement=engagement, starts_on=starts_on, ends_on=ends_on, reason=reason.strip()
    )
    _refuse_wrong_days(pause)
    return write.save(pause, by=by, why=because("Paused"))


@transaction.atomic
def resume(pause: Pause, *, ends_on: date, by: User, seen: int | None = None) -> Pause:
    """Write down the last day of a pause; from the next one on news and milestones are expected again."""
    lock(pause.engagement)
    pause = Pause.objects.get(pk=pause.pk)
    write.refuse_if_marked_since(pause, seen)
    pause.ends_on = ends_on
    _refuse_wrong_days(pause)
    return write.save(pause, by=by, why=because("Last day written down"), fields=["ends_on"])


def _refuse_over(engagement: Engagement) -> None:
    if not engagement.is_active:
        raise Refused(_("This engagement is over: nothing is awaited from it."))


def _refuse_wrong_days(pause: Pause) -> None:
    """A pause ends on its first day or later, and shares no day with another of the engagement."""
    if pause.ends_on is not None and pause.ends_on < pause.starts_on:
        raise Refused({"ends_on": _("A pause cannot end before it begins.")})
    others = Pause.objects.filter(engagement=pause.engagement_id).exclude(pk=pause.pk)
    other = others.overlapping(pause.starts_on, pause.ends_on).order_by("starts_on", "pk").first()
    if other:
        day = day_text(other.starts_on)
        raise Refused(
            {
                "starts_on": _("There is already a pause within these days, from %(day)s.")
                % {"day": day}
            }
        )
