from impact.models.funding import Funding
from impact.models.indicators import Indicator, Metric
from impact.models.observations import Baseline, Claim, Grade, Measurement, Population
from impact.models.scope import recorded_by, reported_to

__all__ = [
    "Baseline",
    "Claim",
    "Funding",
    "Grade",
    "Indicator",
    "Measurement",
    "Metric",
    "Population",
    "recorded_by",
    "reported_to",
]
