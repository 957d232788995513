from impact.views.records import (
    baseline_create,
    funding_create,
    measurement_correct,
    measurement_create,
    measurement_publish,
    metric_create,
)
from impact.views.summaries import (
    definitions_changed,
    engagement_history,
    engagement_impact,
    engagement_panel,
    needs_me,
    summary,
)

__all__ = [
    "baseline_create",
    "definitions_changed",
    "engagement_history",
    "engagement_impact",
    "engagement_panel",
    "funding_create",
    "measurement_correct",
    "measurement_create",
    "measurement_publish",
    "metric_create",
    "needs_me",
    "summary",
]
