from rest_framework.routers import SimpleRouter

from impact import api

router = SimpleRouter()
router.register("impact", api.SummaryViewSet, basename="impact")
router.register("metrics", api.MetricViewSet)
router.register("baselines", api.BaselineViewSet)
router.register("measurements", api.MeasurementViewSet)
router.register("fundings", api.FundingViewSet)

urlpatterns = router.urls
