from rest_framework.routers import SimpleRouter

from engagements import api, autonomy_api, health_api, steering_api, succession_api

router = SimpleRouter()
router.register("engagements", autonomy_api.AutonomyViewSet, basename="autonomy")
router.register("engagements", health_api.HealthViewSet, basename="health")
router.register("engagements", api.EngagementViewSet)
router.register("departures", succession_api.DepartureViewSet, basename="departure")
router.register("milestones", api.MilestoneViewSet)
router.register("blockers", api.BlockerViewSet)
router.register("solutions", api.SolutionViewSet)
router.register("running-costs", autonomy_api.RunningCostViewSet)
router.register("ownership", autonomy_api.OwnershipViewSet)
router.register("drills", autonomy_api.DrillViewSet)
router.register("signatures", autonomy_api.SignatureViewSet)
router.register("assessments", autonomy_api.AssessmentViewSet)
router.register("survival-checks", autonomy_api.SurvivalViewSet)
router.register("decisions", steering_api.DecisionViewSet)
router.register("risks", steering_api.RiskViewSet)
router.register("steering-notes", steering_api.SteeringNoteViewSet)
router.register("post-mortems", steering_api.PostMortemViewSet)
router.register("milestone-templates", api.TemplateViewSet)
router.register("calendar-links", api.CalendarLinkViewSet)
router.register("health-rules", health_api.HealthRuleViewSet)
router.register("health-overrides", health_api.OverrideViewSet)
router.register("pauses", health_api.PauseViewSet)

urlpatterns = router.urls
