from django.db import transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.refusals import Refused
from engagements.services.locks import lock
from impact.models import Baseline, Funding, Indicator, Measurement, Metric

FIGURES = {Indicator.Kind.COUNT: "count", Indicator.Kind.AMOUNT: "amount"}


@transaction.atomic
def follow(engagement, *, indicator, by, reading=Metric.Reading.PERIODS, target=None, target_on=None):
    """The engagement follows an indicator from now on."""
    lock(engagement)
    metric = Metric(
        engagement=engagement,
        indicator=indicator,
        reading=reading,
        target=target,
        target_on=target_on,
        position=engagement.metrics.count(),
    )
    return audit.save(metric, by=by, why=_("Followed"))


@transaction.atomic
def record_baseline(metric, *, by, today, **facts):
    """How the same work went before. A hypothesis is only ever shown as a what-if."""
    lock(metric.engagement)
    baseline = Baseline(metric=metric, author=by, recorded_on=today, **facts)
    _refuse_figure(baseline, metric, today)
    return audit.save(baseline, by=by, why=_("Recorded"))


@transaction.atomic
def record_measurement(metric, *, by, today, corrects=None, **facts):
    """A figure of the way things are, as a draft. A correction is a new row that points to the old one."""
    lock(metric.engagement)
    if corrects is not None and Measurement.objects.filter(corrects=corrects).exists():
        raise Refused(_("This figure has been corrected already: correct the correction."))
    measurement = Measurement(metric=metric, author=by, recorded_on=today, corrects=corrects, **facts)
    _refuse_figure(measurement, metric, today)
    return audit.save(measurement, by=by, why=_("Corrected") if corrects else _("Recorded"))


@transaction.atomic
def publish_measurement(measurement, *, by):
    """From now on funders read it."""
    measurement = Measurement.objects.select_for_update(of=("self",)).select_related("metric").get(pk=measurement.pk)
    if measurement.status == Measurement.Status.PUBLISHED:
        raise Refused(_("This figure is published already."))
    measurement.status = Measurement.Status.PUBLISHED
    return audit.save(measurement, by=by, why=_("Published"), fields=["status"])


@transaction.atomic
def fund(engagement, *, funder, starts_on, by, amount=None, reads_until=None):
    """The funder's people read the engagement's published impact from now on."""
    funding = Funding(engagement=engagement, funder=funder, amount=amount, starts_on=starts_on, reads_until=reads_until)
    audit.save(funding, by=by, why=_("Funded"))
    if not funder.is_funder:
        funder.is_funder = True
        audit.save(funder, by=by, why=_("Funds an engagement"), fields=["is_funder"])
    return funding


def _refuse_figure(observation, metric, today):
    """A figure that does not fit its indicator, or a window that has not passed."""
    kind = metric.indicator.kind
    if kind == Indicator.Kind.SHARE:
        if observation.percent is None and (observation.count is None or observation.total is None):
            sentence = _("This indicator is a share: give the count and out of how many, or the percentage published.")
            raise Refused({"count": sentence})
    elif getattr(observation, FIGURES[kind]) is None:
        raise Refused({FIGURES[kind]: _wanted(kind)})
    if observation.count is not None and observation.total is not None and observation.count > observation.total:
        raise Refused({"count": _("A share cannot be more than 100 %: the count is above the total.")})
    if observation.window_end < observation.window_start:
        raise Refused({"window_end": _("The window ends before it begins.")})
    if observation.window_end > today:
        raise Refused({"window_end": _("This window is not over yet.")})


def _wanted(kind):
    if kind == Indicator.Kind.COUNT:
        return _("This indicator is a count: give the count.")
    return _("This indicator is an amount: give the amount.")
