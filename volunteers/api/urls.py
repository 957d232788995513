from rest_framework.routers import SimpleRouter

from volunteers.api import agreements, attestations, costs, declarations, needs, relay, volunteers

router = SimpleRouter()
router.register("skills", volunteers.SkillViewSet)
router.register("volunteers", volunteers.VolunteerViewSet)
router.register("staffing-needs", needs.StaffingNeedViewSet)
router.register("agreements", agreements.AgreementViewSet)
router.register("attestations", attestations.AttestationViewSet)
router.register("employer-costs", costs.EmployerCostViewSet)
router.register("declared-statements", declarations.DeclaredStatementViewSet)
router.register("assignments", volunteers.AssignmentViewSet)
router.register("month-sheets", volunteers.MonthSheetViewSet)
router.register("day-disagreements", volunteers.DayDisagreementViewSet)
router.register("worked-days", volunteers.WorkDayViewSet, basename="worked-day")
router.register("assignments", relay.MissionViewSet, basename="mission")
router.register("relay-plans", relay.RelayPlanViewSet, basename="relay-plan")
router.register("relay-notes", relay.RelayNoteViewSet)
router.register("solution-parts", relay.SolutionPartViewSet)

urlpatterns = router.urls
