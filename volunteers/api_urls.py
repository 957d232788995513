from rest_framework.routers import SimpleRouter

from volunteers import agreements_api, api, attestations_api, costs_api, declarations_api, needs_api, relay_api

router = SimpleRouter()
router.register("skills", api.SkillViewSet)
router.register("volunteers", api.VolunteerViewSet)
router.register("staffing-needs", needs_api.StaffingNeedViewSet)
router.register("agreements", agreements_api.AgreementViewSet)
router.register("attestations", attestations_api.AttestationViewSet)
router.register("employer-costs", costs_api.EmployerCostViewSet)
router.register("declared-statements", declarations_api.DeclaredStatementViewSet)
router.register("assignments", api.AssignmentViewSet)
router.register("month-sheets", api.MonthSheetViewSet)
router.register("day-disagreements", api.DayDisagreementViewSet)
router.register("worked-days", api.WorkDayViewSet, basename="worked-day")
router.register("assignments", relay_api.MissionViewSet, basename="mission")
router.register("relay-plans", relay_api.RelayPlanViewSet, basename="relay-plan")
router.register("relay-notes", relay_api.RelayNoteViewSet)
router.register("solution-parts", relay_api.SolutionPartViewSet)

urlpatterns = router.urls
