from rest_framework.routers import SimpleRouter

from engagements.api import (
    autonomy,
    calendars,
    engagements,
    health,
    milestones,
    progress,
    solutions,
    steering,
    succession,
)

router = SimpleRouter()
router.register("engagements", autonomy.AutonomyViewSet, basename="autonomy")
router.register("engagements", health.HealthViewSet, basename="health")
router.register("engagements", engagements.EngagementViewSet)
router.register("departures", succession.DepartureViewSet, basename="departure")
router.register("milestones", milestones.MilestoneViewSet)
router.register("blockers", progress.BlockerViewSet)
router.register("solutions", solutions.SolutionViewSet)
router.register("running-costs", autonomy.RunningCostViewSet)
router.register("ownership", autonomy.OwnershipViewSet)
router.register("drills", autonomy.DrillViewSet)
router.register("signatures", autonomy.SignatureViewSet)
router.register("assessments", autonomy.AssessmentViewSet)
router.register("survival-checks", autonomy.SurvivalViewSet)
router.register("decisions", steering.DecisionViewSet)
router.register("risks", steering.RiskViewSet)
router.register("steering-notes", steering.SteeringNoteViewSet)
router.register("post-mortems", steering.PostMortemViewSet)
router.register("milestone-templates", milestones.TemplateViewSet)
router.register("calendar-links", calendars.CalendarLinkViewSet)
router.register("health-rules", health.HealthRuleViewSet)
router.register("health-overrides", health.OverrideViewSet)
router.register("pauses", health.PauseViewSet)

urlpatterns = router.urls
