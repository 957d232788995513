from impact.views.baselines import (
    baseline_agree,
    baseline_change,
    baseline_create,
    baseline_detail,
    baseline_question,
)
from impact.views.figures import (
    measurement_approve,
    measurement_change,
    measurement_correct,
    measurement_create,
    measurement_delete,
    measurement_detail,
    measurement_publish,
    measurement_return,
    measurement_submit,
)
from impact.views.imports import measurement_import, measurement_template
from impact.views.indicators import indicator_change, indicator_create, indicator_detail, indicator_list
from impact.views.records import funding_create, metric_create
from impact.views.summaries import (
    definitions_changed,
    engagement_history,
    engagement_impact,
    engagement_panel,
    needs_me,
    summary,
)

__all__ = [
    "baseline_agree",
    "baseline_change",
    "baseline_create",
    "baseline_detail",
    "baseline_question",
    "definitions_changed",
    "engagement_history",
    "engagement_impact",
    "engagement_panel",
    "funding_create",
    "indicator_change",
    "indicator_create",
    "indicator_detail",
    "indicator_list",
    "measurement_approve",
    "measurement_change",
    "measurement_correct",
    "measurement_create",
    "measurement_delete",
    "measurement_detail",
    "measurement_import",
    "measurement_publish",
    "measurement_return",
    "measurement_submit",
    "measurement_template",
    "metric_create",
    "needs_me",
    "summary",
]
