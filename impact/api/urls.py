from rest_framework.routers import SimpleRouter

from impact.api import (
    baselines,
    fundings,
    indicators,
    measurements,
    metrics,
    overlaps,
    reports,
    summaries,
    targets,
)

router = SimpleRouter()
router.register("impact", summaries.SummaryViewSet, basename="impact")
router.register("indicators", indicators.IndicatorViewSet)
router.register("reports", reports.ReportViewSet)
router.register("share-links", reports.ShareLinkViewSet)
router.register("metrics", metrics.MetricViewSet)
router.register("targets", targets.TargetViewSet)
router.register("baselines", baselines.BaselineViewSet)
router.register("measurements", measurements.MeasurementViewSet)
router.register("fundings", fundings.FundingViewSet)
router.register("overlaps", overlaps.OverlapViewSet)

urlpatterns = router.urls
