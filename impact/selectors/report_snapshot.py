"""A summary as plain data and back: what a report keeps for good, and shows again with the pages' own templates.

Reports that were published must load for good, so that no key may change. `load` reads older ones as well, in which
some keys are missing.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models

from crm.models import Organisation, Sdg
from engagements.models import Engagement
from impact.domain import statistics
from impact.domain.cost_per_result import Effort
from impact.domain.targets import PeriodResult, PeriodTarget
from impact.models import Baseline, Claim, Indicator, Measurement, Metric, Target
from impact.selectors.disaggregation import Disaggregation, DisaggregationGroup
from impact.selectors.results import MeasurementRow, MetricResult
from impact.selectors.summaries import Comparison, EngagementSummary, MetricSummary

SDG_FIELDS = ("number", "name_fr", "name_en", "colour", "text_colour")
INDICATOR_FIELDS = (
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
UNIT_OF_ONE_FIELDS = ("unit_one_fr", "unit_one_en")
METRIC_FIELDS = ("id", "version", "reading", "target", "target_on", "caveat_fr", "caveat_en")
OBSERVATION_FIELDS = (
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
BASELINE_FIELDS = (
    *OBSERVATION_FIELDS,
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
CLAIM_FIELDS = (
    "value",
    "kind",
    "stated_on",
    "statement_fr",
    "statement_en",
    "source",
    "is_baseline_supplied",
)
TARGET_FIELDS = (
    "window_start",
    "window_end",
    "value",
    "set_on",
    "amended_on",
    "amended_why",
    "version",
)
COLUMN_OF = {"months": "exposure_months", "pk": "id", "count_least": "count"}
"""The column of Measurement that holds what a summary calls otherwise."""

Data = dict[str, Any]  # what JSON holds
Frozen = Mapping[str, Any]  # the same, as it was read
Row = TypeVar("Row", bound=models.Model)


def dump(section: EngagementSummary) -> Data:
    """The summary of one engagement as plain data, without a person's name."""
    engagement = section.engagement
    return {
        "engagement": {
            **_attributes(engagement, ("id", "title", "stage", "started_on")),
            "beneficiary": engagement.beneficiary.name,
            "member": engagement.member.name,
        },
        "half_days": section.half_days,
        "milestones_done": section.milestones_done,
        "milestones": section.milestones,
        "reached": [[title, _plain(done_on)] for title, done_on in section.reached],
        "figures": [_dump_metric(summary) for summary in section.metrics],
    }


def load(contents: Frozen) -> EngagementSummary:
    """The summary that was dumped. Its rows are not those of the database, and cannot be saved by mistake."""
    frozen = contents["engagement"]
    engagement = _row(
        Engagement,
        {name: frozen[name] for name in ("id", "title", "stage", "started_on")},
        beneficiary=Organisation(name=frozen["beneficiary"]),
        member=Organisation(name=frozen["member"]),
    )
    return EngagementSummary(
        engagement=engagement,
        half_days=contents["half_days"],
        milestones_done=contents["milestones_done"],
        milestones=contents["milestones"],
        metrics=tuple(_load_metric(engagement, figure) for figure in contents["figures"]),
        reached=tuple(
            (title, date.fromisoformat(done_on)) for title, done_on in contents["reached"]
        ),
    )


def is_followed_otherwise(metric: Metric, frozen: Frozen) -> bool:
    """Whether what a report says of a metric has changed; how often a measurement is expected is not in it."""
    names = [name for name in METRIC_FIELDS if name not in {"id", "version"}]
    return _attributes(metric, names) != {name: frozen[name] for name in names}


def is_defined_otherwise(indicator: Indicator, frozen: Frozen) -> bool:
    """Whether the words of the definition have changed; the unit of a single one, which came later, is not in it."""
    names = [name for name in INDICATOR_FIELDS if name not in {"id", "version"}]
    return _attributes(indicator, names) != {name: frozen.get(name) for name in names}


def _dump_metric(summary: MetricSummary) -> Data:
    metric, indicator = summary.metric, summary.metric.indicator
    return {
        "indicator": _attributes(indicator, INDICATOR_FIELDS)
        | ({"wanted": str(indicator.wanted)} if indicator.less_is_better else {})
        | {name: unit for name, unit in _attributes(indicator, UNIT_OF_ONE_FIELDS).items() if unit}
        | {"sdg": _attributes(indicator.sdg, SDG_FIELDS) if indicator.sdg else None},
        "metric": _attributes(metric, METRIC_FIELDS),
        "standing": _dump_result(summary.result),
        "comparison": _dump_comparison(summary.comparison) if summary.comparison else None,
        "what_ifs": [_dump_comparison(comparison) for comparison in summary.what_ifs],
        "claims": [_attributes(claim, CLAIM_FIELDS) for claim in summary.claims],
        "series": [_attributes(row, MeasurementRow._fields) for row in summary.series],
        "beside": [_attributes(row, MeasurementRow._fields) for row in summary.beside],
        "effort": _fields(summary.effort) if summary.effort else None,
        "least": summary.least,
        "disaggregations": [_dump_disaggregation(each) for each in summary.disaggregations],
        **(
            {"targets": [_dump_target(each) for each in summary.targets]} if summary.targets else {}
        ),
    }


def _load_metric(engagement: Engagement, frozen: Frozen) -> MetricSummary:
    columns = dict(frozen["indicator"])
    sdg = columns.pop("sdg")
    indicator = _row(Indicator, columns)
    indicator.sdg = Sdg(**sdg) if sdg else None
    metric = _row(Metric, frozen["metric"], engagement=engagement, indicator=indicator)
    comparison = frozen["comparison"]
    return MetricSummary(
        metric=metric,
        result=_load_result(frozen["standing"]),
        comparison=_load_comparison(metric, comparison) if comparison else None,
        what_ifs=tuple(_load_comparison(metric, each) for each in frozen["what_ifs"]),
        claims=tuple(_row(Claim, each) for each in frozen["claims"]),
        series=tuple(_load_measurement(row) for row in frozen["series"]),
        beside=tuple(_load_measurement(row) for row in frozen["beside"]),
        effort=Effort(**_with_decimals(frozen["effort"])) if frozen["effort"] else None,
        disaggregations=tuple(
            _load_disaggregation(each) for each in frozen.get("disaggregations", ())
        ),
        least=frozen.get("least", 0),
        targets=tuple(_load_target(each) for each in frozen.get("targets", ())),
    )


def _dump_target(target: PeriodTarget) -> Data:
    measured = target.measured
    return _attributes(target, (*TARGET_FIELDS, "outcome", "refusal")) | {
        "id": target.pk,
        "measured": _fields(measured) | {"until": _plain(measured.until)} if measured else None,
    }


def _load_target(frozen: Frozen) -> PeriodTarget:
    columns = {name: _to_python(Target, name, frozen[name]) for name in TARGET_FIELDS}
    measured = frozen["measured"]
    return PeriodTarget(
        **columns,
        pk=frozen["id"],
        outcome=frozen["outcome"],
        refusal=frozen["refusal"],
        measured=_load_period_result(measured) if measured else None,
    )


def _load_period_result(frozen: Frozen) -> PeriodResult:
    columns = {name: _column(name, value) for name, value in frozen.items() if name != "until"}
    return PeriodResult(**columns, until=date.fromisoformat(frozen["until"]))


def _dump_result(result: MetricResult) -> Data:
    names = {each.name for each in fields(result)} - {"share", "latest", "net"}
    net = result.net
    return _attributes(result, sorted(names)) | {
        "share": _fields(result.share) if result.share else None,
        "net": _fields(net) | {"share": _fields(net.share)} if net else None,
        "latest": _attributes(result.latest, MeasurementRow._fields) if result.latest else None,
    }


def _load_result(frozen: Frozen) -> MetricResult:
    names = set(frozen) - {"share", "latest", "net", "refusal", "no_net"}
    return MetricResult(
        **{name: _column(name, frozen[name]) for name in names},
        refusal=frozen["refusal"],
        share=_load_share(frozen["share"]),
        latest=_load_measurement(frozen["latest"]) if frozen["latest"] else None,
        net=_load_net(frozen.get("net")),
        no_net=frozen.get("no_net", ""),
    )


def _load_net(frozen: Frozen | None) -> statistics.Net | None:
    if not frozen:
        return None
    return statistics.Net(**_with_infinities(frozen) | {"share": _load_share(frozen["share"])})


def _dump_disaggregation(disaggregation: Disaggregation) -> Data:
    return _fields(disaggregation) | {"groups": [_fields(each) for each in disaggregation.groups]}


def _load_disaggregation(frozen: Frozen) -> Disaggregation:
    groups = tuple(DisaggregationGroup(**group) for group in frozen["groups"])
    return Disaggregation(**{**frozen, "groups": groups})


def _dump_comparison(comparison: Comparison) -> Data:
    share = comparison.baseline_share
    return {
        "baseline": _attributes(comparison.baseline, BASELINE_FIELDS),
        "baseline_share": _fields(share) if share else None,
        "measured": comparison.measured,
        "strength": comparison.strength,
        "refusal": comparison.refusal,
        "at_least": _plain(getattr(comparison.result, "at_least", None)),
        "multiplier": _dump_multiplier(comparison.multiplier) if comparison.multiplier else None,
    }


def _load_comparison(metric: Metric, frozen: Frozen) -> Comparison:
    result: statistics.Multiplier | statistics.NoFigure
    if frozen["multiplier"]:
        result = _load_multiplier(frozen["multiplier"])
    else:
        result = statistics.NoFigure(frozen["refusal"], _infinite(frozen["at_least"]))
    baseline = _row(Baseline, frozen["baseline"], metric=metric)
    return Comparison(baseline, result, _load_share(frozen["baseline_share"]), frozen["measured"])


def _dump_multiplier(multiplier: statistics.Multiplier) -> Data:
    shares = multiplier.shares
    return _fields(multiplier) | {
        "observed": _fields(multiplier.observed),
        "baseline": _fields(multiplier.baseline),
        "cautions": list(multiplier.cautions),
        "shares": _fields(shares) | {"difference": _fields(shares.difference)} if shares else None,
    }


def _load_multiplier(frozen: Frozen) -> statistics.Multiplier:
    nested = {"observed", "baseline", "cautions", "shares"}
    numbers = {name: value for name, value in frozen.items() if name not in nested}
    return statistics.Multiplier(
        **_with_infinities(numbers),
        observed=_load_side(frozen["observed"]),
        baseline=_load_side(frozen["baseline"]),
        cautions=tuple(frozen["cautions"]),
        shares=_load_share_ratio(frozen["shares"]) if frozen["shares"] else None,
    )


def _load_share_ratio(frozen: Frozen) -> statistics.ShareRatio:
    difference = statistics.Difference(**_with_infinities(frozen["difference"]))
    return statistics.ShareRatio(**_with_infinities(frozen) | {"difference": difference})


def _load_side(frozen: Frozen) -> statistics.ComparisonSide:
    words = {"kind", "population"}
    numbers = {name: value for name, value in frozen.items() if name not in words}
    return statistics.ComparisonSide(
        kind=frozen["kind"], population=frozen["population"], **_with_decimals(numbers)
    )


def _load_share(frozen: Frozen | None) -> statistics.Share | None:
    return statistics.Share(**_with_infinities(frozen)) if frozen else None


def _load_measurement(frozen: Frozen) -> MeasurementRow:
    return MeasurementRow(**{name: _column(name, value) for name, value in frozen.items()})


def _row(model: type[Row], frozen: Frozen, **relations: models.Model) -> Row:
    columns = {name: _to_python(model, name, frozen[name]) for name in frozen}
    return model(**columns, **relations)


# Below, values are of whatever type a column or a field has, and of what JSON holds instead: Any.


def _column(name: str, value: Any) -> Any:
    """The value of a column of Measurement, from what JSON holds of it."""
    if value in {None, ""}:
        return value
    return _to_python(Measurement, COLUMN_OF.get(name, name), value)


def _to_python(model: type[models.Model], name: str, value: Any) -> Any:
    column = model._meta.get_field(name)
    return column.to_python(value)  # type: ignore[union-attr]  # it is no relation from another model


def _attributes(row: Any, names: Iterable[str]) -> Data:
    return {name: _plain(getattr(row, name)) for name in names}


def _fields(instance: Any) -> Data:
    """The fields of a dataclass."""
    return _attributes(instance, [each.name for each in fields(instance)])


def _plain(value: Any) -> Any:
    """JSON has no infinity, no decimal and no date: they are texts."""
    if isinstance(value, float) and math.isinf(value):
        return "inf"
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _with_decimals(frozen: Frozen) -> Data:
    return {
        name: Decimal(value) if isinstance(value, str) else value for name, value in frozen.items()
    }


def _with_infinities(frozen: Frozen) -> Data:
    return {name: _infinite(value) for name, value in frozen.items()}


def _infinite(value: Any) -> Any:
    return math.inf if value == "inf" else value
