from django.urls import path

from impact.views import (
    baselines,
    evidence,
    fundings,
    imports,
    indicators,
    measurements,
    metrics,
    overlaps,
    portfolio,
    reports,
    shared,
    summaries,
    targets,
)

app_name = "impact"
urlpatterns = [
    path("", summaries.summary, name="summary"),
    path("news/", portfolio.news, name="news"),
    path("news/read/", portfolio.news_read, name="news-read"),
    path("news/put-back/", portfolio.news_put_back, name="news-put-back"),
    path("compare/", portfolio.comparison, name="compare"),
    path("engagements/<int:pk>/", summaries.engagement_impact, name="engagement-impact"),
    path("engagements/<int:pk>/history/", summaries.engagement_history, name="engagement-history"),
    path("engagements/<int:pk>/panel/", summaries.engagement_panel, name="engagement-panel"),
    path("engagements/<int:pk>/metrics/create/", metrics.metric_create, name="metric-create"),
    path("engagements/<int:pk>/fundings/create/", fundings.funding_create, name="funding-create"),
    path("engagements/<int:pk>/import/", imports.measurement_import, name="measurement-import"),
    path(
        "engagements/<int:pk>/import/template/",
        imports.measurement_template,
        name="measurement-template",
    ),
    path("metrics/<int:pk>/change/", metrics.metric_change, name="metric-change"),
    path("metrics/<int:pk>/targets/", targets.target_list, name="target-list"),
    path("metrics/<int:pk>/targets/create/", targets.target_create, name="target-create"),
    path("targets/<int:pk>/change/", targets.target_change, name="target-change"),
    path("targets/<int:pk>/delete/", targets.target_delete, name="target-delete"),
    path("metrics/<int:pk>/baseline/", baselines.baseline_create, name="baseline-create"),
    path("baselines/<int:pk>/", baselines.baseline_detail, name="baseline-detail"),
    path("baselines/<int:pk>/change/", baselines.baseline_change, name="baseline-change"),
    path("baselines/<int:pk>/agree/", baselines.baseline_agree, name="baseline-agree"),
    path("baselines/<int:pk>/question/", baselines.baseline_question, name="baseline-question"),
    path(
        "metrics/<int:pk>/measurements/create/",
        measurements.measurement_create,
        name="measurement-create",
    ),
    path("measurements/<int:pk>/", measurements.measurement_detail, name="measurement-detail"),
    path(
        "measurements/<int:pk>/change/", measurements.measurement_change, name="measurement-change"
    ),
    path(
        "measurements/<int:pk>/delete/", measurements.measurement_delete, name="measurement-delete"
    ),
    path(
        "measurements/<int:pk>/submit/", measurements.measurement_submit, name="measurement-submit"
    ),
    path(
        "measurements/<int:pk>/approve/",
        measurements.measurement_approve,
        name="measurement-approve",
    ),
    path(
        "measurements/<int:pk>/return/", measurements.measurement_return, name="measurement-return"
    ),
    path(
        "measurements/<int:pk>/publish/",
        measurements.measurement_publish,
        name="measurement-publish",
    ),
    path(
        "measurements/<int:pk>/correct/",
        measurements.measurement_correct,
        name="measurement-correct",
    ),
    path("indicators/", indicators.indicator_list, name="indicator-list"),
    path("indicators/create/", indicators.indicator_create, name="indicator-create"),
    path("indicators/<int:pk>/", indicators.indicator_detail, name="indicator-detail"),
    path("indicators/<int:pk>/change/", indicators.indicator_change, name="indicator-change"),
    path("indicators/<int:pk>/overlaps/", overlaps.overlap_list, name="overlap-list"),
    path("indicators/<int:pk>/overlaps/create/", overlaps.overlap_create, name="overlap-create"),
    path("overlaps/<int:pk>/change/", overlaps.overlap_change, name="overlap-change"),
    path("overlaps/<int:pk>/delete/", overlaps.overlap_delete, name="overlap-delete"),
    path("engagements/<int:pk>/report/", reports.report_create, name="report-create"),
    path("reports/", reports.report_list, name="report-list"),
    path("reports/<int:pk>/", reports.report_detail, name="report-detail"),
    path("reports/<int:pk>/figures/<int:place>/", reports.report_figure, name="report-figure"),
    path("reports/<int:pk>/file/<slug:kind>/", reports.report_file, name="report-file"),
    path("reports/<int:pk>/sign/", reports.report_sign, name="report-sign"),
    path("reports/<int:pk>/share/", reports.report_share, name="report-share"),
    path("share-links/<int:pk>/revoke/", reports.share_link_revoke, name="share-link-revoke"),
    path("reports/check/<slug:code>/", reports.report_check, name="report-check"),
    path("shared/open/<str:token>/", shared.shared_enter, name="shared-enter"),
    path("shared/<int:pk>/", shared.shared_cover, name="shared-cover"),
    path("shared/<int:pk>/report/", shared.shared_report, name="shared-report"),
    path("shared/<int:pk>/figures/<int:place>/", shared.shared_figure, name="shared-figure"),
    path("shared/<int:pk>/file/<slug:kind>/", shared.shared_file, name="shared-file"),
    path("measurements/<int:pk>/evidence/", evidence.evidence_create, name="evidence-create"),
    path("evidence/<int:pk>/", evidence.evidence_file, name="evidence-file"),
    path("evidence/<int:pk>/delete/", evidence.evidence_delete, name="evidence-delete"),
    path("definitions-changed/", summaries.definitions_changed, name="definitions-changed"),
    path("of-organisation/<int:pk>/", summaries.of_organisation, name="of-organisation"),
]
