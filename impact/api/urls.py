from rest_framework.routers import SimpleRouter

from impact.api import measurements, overlaps, reports, targets

router = SimpleRouter()
router.register("impact", measurements.SummaryViewSet, basename="impact")
router.register("indicators", measurements.IndicatorViewSet)
router.register("reports", reports.ReportViewSet)
router.register("share-links", reports.ShareLinkViewSet)
router.register("metrics", measurements.MetricViewSet)
router.register("targets", targets.TargetViewSet)
router.register("baselines", measurements.BaselineViewSet)
router.register("measurements", measurements.MeasurementViewSet)
router.register("fundings", measurements.FundingViewSet)
router.register("overlaps", overlaps.OverlapViewSet)

urlpatterns = router.urls
