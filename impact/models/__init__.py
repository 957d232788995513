from impact.models.baselines import Baseline
from impact.models.breakdowns import Breakdown, Dimension
from impact.models.claims import Claim
from impact.models.evidence import Evidence
from impact.models.funding import Funding
from impact.models.indicators import Indicator, Metric
from impact.models.last_reading import LastReading
from impact.models.measurements import DEADWEIGHT, Measurement
from impact.models.observations import Grade, Population
from impact.models.overlaps import Overlap
from impact.models.reports import ImpactReport, ShareLink, ShareView
from impact.models.scope import funded_by, recorded_by, reported_to
from impact.models.targets import Target

__all__ = [
    "DEADWEIGHT",
    "Baseline",
    "Breakdown",
    "Claim",
    "Dimension",
    "Evidence",
    "Funding",
    "Grade",
    "ImpactReport",
    "Indicator",
    "LastReading",
    "Measurement",
    "Metric",
    "Overlap",
    "Population",
    "ShareLink",
    "ShareView",
    "Target",
    "funded_by",
    "recorded_by",
    "reported_to",
]
