from django.urls import path
from rest_framework.routers import SimpleRouter

from impact import api, needs_api, overlaps_api, reports_api, targets_api

router = SimpleRouter()
router.register("impact", api.SummaryViewSet, basename="impact")
router.register("indicators", api.IndicatorViewSet)
router.register("reports", reports_api.ReportViewSet)
router.register("share-links", reports_api.ShareLinkViewSet)
router.register("metrics", api.MetricViewSet)
router.register("targets", targets_api.TargetViewSet)
router.register("baselines", api.BaselineViewSet)
router.register("measurements", api.MeasurementViewSet)
router.register("fundings", api.FundingViewSet)
router.register("overlaps", overlaps_api.OverlapViewSet)
router.register("snoozes", needs_api.SnoozeViewSet)

urlpatterns = [path("needs/", needs_api.Needs.as_view(), name="needs"), *router.urls]
