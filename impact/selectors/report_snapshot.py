"""A summary as plain data and back: what a report keeps for good, and shows again with the pages' own templates."""

import math
from dataclasses import fields
from datetime import date
from decimal import Decimal

from crm.models import Organisation, Sdg
from engagements.models import Engagement
from impact.domain import statistics
from impact.domain.cost_per_result import Effort
from impact.domain.targets import Measured, PeriodTarget
from impact.models import Baseline, Claim, Indicator, Measurement, Metric, Target
from impact.selectors.disaggregation import Disaggregation, DisaggregationGroup
from impact.selectors.summaries import (
    Comparison,
    EngagementSummary,
    MeasurementRow,
    MetricResult,
    MetricSummary,
)

SDG = ("number", "name_fr", "name_en", "colour", "text_colour")
INDICATOR = (
    "id",
    "version",
    "code",
    "name_fr",
    "name_en",
    "unit_fr",
    "unit_en",
    "definition_fr",
    "definition_en",
    "kind",
    "aggregation",
    "sdg_target",
    "iris_code",
    "how_fr",
    "how_en",
)
METRIC = ("id", "version", "reading", "target", "target_on", "caveat_fr", "caveat_en")
OBSERVED = (
    "count",
    "total",
    "percent",
    "amount",
    "window_start",
    "window_end",
    "exposure_months",
    "population",
    "note_fr",
    "note_en",
    "source",
    "grade",
    "asked",
    "answered",
    "recorded_on",
)
BASELINE = (
    *OBSERVED,
    "id",
    "version",
    "method",
    "team",
    "hours",
    "cost",
    "agreed_on",
    "amended_on",
    "amended_why",
)
CLAIM = (
    "value",
    "kind",
    "stated_on",
    "statement_fr",
    "statement_en",
    "source",
    "is_baseline_supplied",
)
TARGET = ("window_start", "window_end", "value", "set_on", "amended_on", "amended_why", "version")
COLUMNS = {
    "months": "exposure_months",
    "pk": "id",
    "count_least": "count",
}  # of a Measurement, where a summary has another word


def freeze(section):
    """The summary of one engagement as plain data, without a person's name."""
    engagement = section.engagement
    return {
        "engagement": {
            **_kept(engagement, ("id", "title", "stage", "started_on")),
            "beneficiary": engagement.beneficiary.name,
            "member": engagement.member.name,
        },
        "half_days": section.half_days,
        "milestones_done": section.milestones_done,
        "milestones": section.milestones,
        "reached": [[title, _plain(done_on)] for title, done_on in section.reached],
        "figures": [_frozen_metric(summary) for summary in section.metrics],
    }


def thaw(contents):
    """The summary that was frozen. Its rows are not those of the database, and cannot be saved by mistake."""
    told = contents["engagement"]
    engagement = _row(
        Engagement,
        {name: told[name] for name in ("id", "title", "stage", "started_on")},
        beneficiary=Organisation(name=told["beneficiary"]),
        member=Organisation(name=told["member"]),
    )
    return EngagementSummary(
        engagement=engagement,
        half_days=contents["half_days"],
        milestones_done=contents["milestones_done"],
        milestones=contents["milestones"],
        metrics=tuple(_thawed_metric(engagement, figure) for figure in contents["figures"]),
        reached=tuple(
            (title, date.fromisoformat(done_on)) for title, done_on in contents["reached"]
        ),
    )


def _frozen_metric(summary):
    metric, indicator = summary.metric, summary.metric.indicator
    return {
        "indicator": _kept(indicator, INDICATOR)
        | ({"wanted": str(indicator.wanted)} if indicator.less_is_better else {})
        | {"sdg": _kept(indicator.sdg, SDG) if indicator.sdg else None},
        "metric": _kept(metric, METRIC),
        "standing": _frozen_result(summary.result),
        "comparison": _frozen_comparison(summary.comparison) if summary.comparison else None,
        "what_ifs": [_frozen_comparison(compared) for compared in summary.what_ifs],
        "claims": [_kept(claim, CLAIM) for claim in summary.claims],
        "series": [_kept(row, MeasurementRow._fields) for row in summary.series],
        "beside": [_kept(row, MeasurementRow._fields) for row in summary.beside],
        "effort": _numbers(summary.effort),
        "least": summary.least,
        "disaggregations": [_frozen_groups(each) for each in summary.disaggregations],
        **(
            {"targets": [_frozen_target(each) for each in summary.targets]}
            if summary.targets
            else {}
        ),
    }


def _thawed_metric(engagement, figure):
    told = dict(figure["indicator"])
    sdg = told.pop("sdg")
    indicator = _row(Indicator, told)
    indicator.sdg = Sdg(**sdg) if sdg else None
    metric = _row(Metric, figure["metric"], engagement=engagement, indicator=indicator)
    compared = figure["comparison"]
    return MetricSummary(
        metric=metric,
        result=_thawed_result(figure["standing"]),
        comparison=_thawed_comparison(metric, compared) if compared else None,
        what_ifs=tuple(_thawed_comparison(metric, each) for each in figure["what_ifs"]),
        claims=tuple(_row(Claim, each) for each in figure["claims"]),
        series=tuple(_figure(row) for row in figure["series"]),
        beside=tuple(_figure(row) for row in figure["beside"]),
        effort=Effort(**_decimals(figure["effort"])) if figure["effort"] else None,
        disaggregations=tuple(_thawed_groups(each) for each in figure.get("disaggregations", ())),
        least=figure.get("least", 0),
        targets=tuple(_thawed_target(each) for each in figure.get("targets", ())),
    )


def is_followed_otherwise(metric, told):
    """Whether what a report says of a metric is no longer so; how often a figure is expected is not in it."""
    names = [name for name in METRIC if name not in {"id", "version"}]
    return _kept(metric, names) != {name: told[name] for name in names}


def _frozen_target(target):
    measured = target.measured
    return _kept(target, (*TARGET, "outcome", "refusal")) | {
        "id": target.pk,
        "measured": _numbers(measured) | {"until": _plain(measured.until)} if measured else None,
    }


def _thawed_target(told):
    measured = told["measured"]
    return PeriodTarget(
        **{name: Target._meta.get_field(name).to_python(told[name]) for name in TARGET},
        pk=told["id"],
        outcome=told["outcome"],
        refusal=told["refusal"],
        measured=Measured(**_thawed_measured(measured)) if measured else None,
    )


def _thawed_measured(told):
    until = {"until": date.fromisoformat(told["until"])}
    return {name: _column(name, value) for name, value in told.items() if name != "until"} | until


def _frozen_result(result):
    kept = {each.name for each in fields(result)} - {"share", "latest", "net"}
    return _kept(result, sorted(kept)) | {
        "share": _numbers(result.share),
        "net": _numbers(result.net) | {"share": _numbers(result.net.share)} if result.net else None,
        "latest": _kept(result.latest, MeasurementRow._fields) if result.latest else None,
    }


def _thawed_result(told):
    columns = set(told) - {"share", "latest", "net", "refusal", "no_net"}
    return MetricResult(
        **{name: _column(name, told[name]) for name in columns},
        refusal=told["refusal"],
        share=_share(told["share"]),
        latest=_figure(told["latest"]) if told["latest"] else None,
        net=_thawed_net(told.get("net")),
        no_net=told.get("no_net", ""),
    )


def _thawed_net(told):
    return statistics.Net(**_floats(told) | {"share": _share(told["share"])}) if told else None


def _frozen_groups(told):
    return _numbers(told) | {"groups": [_numbers(group) for group in told.groups]}


def _thawed_groups(told):
    return Disaggregation(
        **told | {"groups": tuple(DisaggregationGroup(**group) for group in told["groups"])}
    )


def _frozen_comparison(compared):
    return {
        "baseline": _kept(compared.baseline, BASELINE),
        "baseline_share": _numbers(compared.baseline_share),
        "measured": compared.measured,
        "strength": compared.strength,
        "refusal": compared.refusal,
        "at_least": _plain(getattr(compared.result, "at_least", None)),
        "multiplier": _frozen_multiplier(compared.multiplier),
    }


def _thawed_comparison(metric, told):
    result = (
        _thawed_multiplier(told["multiplier"])
        if told["multiplier"]
        else statistics.NoFigure(told["refusal"], _float(told["at_least"]))
    )
    baseline = _row(Baseline, told["baseline"], metric=metric)
    return Comparison(baseline, result, _share(told["baseline_share"]), told["measured"])


def _frozen_multiplier(multiplier):
    if multiplier is None:
        return None
    shares = multiplier.shares
    return _numbers(multiplier) | {
        "observed": _numbers(multiplier.observed),
        "baseline": _numbers(multiplier.baseline),
        "cautions": list(multiplier.cautions),
        "shares": _numbers(shares) | {"difference": _numbers(shares.difference)}
        if shares
        else None,
    }


def _thawed_multiplier(told):
    shares = told["shares"]
    if shares:
        difference = statistics.Difference(**_floats(shares["difference"]))
        shares = statistics.ShareRatio(**_floats(shares) | {"difference": difference})
    rest = {
        name: value
        for name, value in told.items()
        if name not in {"observed", "baseline", "cautions", "shares"}
    }
    return statistics.Multiplier(
        **_floats(rest),
        observed=_observation(told["observed"]),
        baseline=_observation(told["baseline"]),
        cautions=tuple(told["cautions"]),
        shares=shares,
    )


def _observation(told):
    words = {"kind", "population"}
    numbers = _decimals({name: value for name, value in told.items() if name not in words})
    return statistics.ComparisonSide(kind=told["kind"], population=told["population"], **numbers)


def _decimals(told):
    """Numbers of a dataclass: those that were decimals are texts in JSON."""
    return {
        name: Decimal(value) if isinstance(value, str) else value for name, value in told.items()
    }


def _share(told):
    return statistics.Share(**_floats(told)) if told else None


def _figure(told):
    return MeasurementRow(**{name: _column(name, value) for name, value in told.items()})


def _row(model, told, **relations):
    return model(
        **{name: model._meta.get_field(name).to_python(value) for name, value in told.items()},
        **relations,
    )


def _column(name, value):
    return (
        Measurement._meta.get_field(COLUMNS.get(name, name)).to_python(value)
        if value not in {None, ""}
        else value
    )


def _kept(row, names):
    return {name: _plain(getattr(row, name)) for name in names}


def _numbers(row):
    """A dataclass of the statistics; nothing where there is none."""
    return {each.name: _plain(getattr(row, each.name)) for each in fields(row)} if row else None


def _plain(value):
    """JSON has no infinity, no decimal and no date."""
    if isinstance(value, float) and math.isinf(value):
        return "inf"
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _floats(told):
    return {name: _float(value) for name, value in told.items()}


def _float(value):
    return math.inf if value == "inf" else value
