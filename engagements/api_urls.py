from rest_framework.routers import SimpleRouter

from engagements import api

router = SimpleRouter()
router.register("engagements", api.EngagementViewSet)
router.register("milestones", api.MilestoneViewSet)
router.register("blockers", api.BlockerViewSet)
router.register("solutions", api.SolutionViewSet)

urlpatterns = router.urls
