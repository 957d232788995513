from impact.models.evidence import Evidence
from impact.models.funding import Funding
from impact.models.indicators import Indicator, Metric
from impact.models.observations import Baseline, Claim, Grade, Measurement, Population
from impact.models.readings import LastReading
from impact.models.reports import ImpactReport, ShareLink, ShareView
from impact.models.scope import funded_by, recorded_by, reported_to

__all__ = [
    "Baseline",
    "Claim",
    "Evidence",
    "Funding",
    "Grade",
    "ImpactReport",
    "Indicator",
    "LastReading",
    "Measurement",
    "Metric",
    "Population",
    "ShareLink",
    "ShareView",
    "funded_by",
    "recorded_by",
    "reported_to",
]
