"""Rate ratios, shares, guarded totals and multipliers: numbers in, numbers out; no Django, no numpy.

What is computed, and after whom:

- **Rates** (events over an exposure). Two Poisson counts k1, k2 given their sum are binomial, so the exact
  interval of the ratio is that of Clopper and Pearson (Biometrika 1934) on the split k1 / (k1 + k2), turned
  into odds and multiplied by the exposures (Przyborowski and Wilenski, Biometrika 1940). "mid-p" counts half
  of the observed outcome (Lancaster, JASA 1961; Berry and Armitage, The Statistician 1995): narrower, right
  on average, no longer guaranteed.
  One rate alone has the exact interval of Garwood (Biometrika 1936).
- **Shares** (people among people). Each with Clopper-Pearson; their ratio with the score interval of Koopman
  (Biometrics 1984); their difference with the hybrid of Wilson intervals, method 10 of Newcombe (Statistics
  in Medicine 1998); their equality with Fisher's exact test, two-sided as R and scipy have it.
- **Different people** over counts that may hold the same person: bounds narrowed by declared people in common
  (Hunter, J. Appl. Prob. 1976; Worsley, Biometrika 1982; Dawson and Sankoff, Proc. AMS 1967).
- **What would have happened anyway**: see `net`. **Groups too small to be shown**: see `groups`.
- **The numbers underneath**: the incomplete beta by the continued fraction and the quantile by the start of
  Abramowitz and Stegun 26.5.22, then Halley; the binomial term by Loader's saddle point, which keeps its
  digits where differences of lgamma lose them.

None of these says why a number changed: before and after is not cause and effect.
"""

from impact.domain.statistics.groups import too_small
from impact.domain.statistics.multipliers import SAME_LENGTH, multiplier
from impact.domain.statistics.net import Net, net, net_of_many
from impact.domain.statistics.rate import rate
from impact.domain.statistics.rates import rate_ratio, share, share_ratio
from impact.domain.statistics.refusals import CAUTIONS, REFUSALS, StatisticsError
from impact.domain.statistics.results import (
    ComparisonSide,
    Difference,
    InCommon,
    Multiplier,
    NoFigure,
    Rate,
    RateRatio,
    Share,
    ShareRatio,
    Total,
)
from impact.domain.statistics.surveys import Silence, silence
from impact.domain.statistics.totals import total, total_of_many, total_of_unique_people

__all__ = [
    "CAUTIONS",
    "REFUSALS",
    "SAME_LENGTH",
    "ComparisonSide",
    "Difference",
    "InCommon",
    "Multiplier",
    "Net",
    "NoFigure",
    "Rate",
    "RateRatio",
    "Share",
    "ShareRatio",
    "Silence",
    "StatisticsError",
    "Total",
    "multiplier",
    "net",
    "net_of_many",
    "rate",
    "rate_ratio",
    "share",
    "share_ratio",
    "silence",
    "too_small",
    "total",
    "total_of_many",
    "total_of_unique_people",
]
