from rest_framework.routers import SimpleRouter

from volunteers.api import (
    agreements,
    assignments,
    attestations,
    costs,
    declarations,
    months,
    needs,
    relay,
    volunteers,
)

router = SimpleRouter()
router.register("skills", volunteers.SkillViewSet)
router.register("volunteers", volunteers.VolunteerViewSet)
router.register("staffing-needs", needs.StaffingNeedViewSet)
router.register("agreements", agreements.AgreementViewSet)
router.register("attestations", attestations.AttestationViewSet)
router.register("employer-costs", costs.EmployerCostViewSet)
router.register("declared-statements", declarations.DeclaredStatementViewSet)
router.register("assignments", assignments.AssignmentViewSet)
router.register("month-sheets", months.MonthSheetViewSet)
router.register("day-disagreements", months.DayDisagreementViewSet)
router.register("worked-days", months.WorkDayViewSet, basename="worked-day")
router.register("assignments", relay.AssignmentRelayViewSet, basename="mission")
router.register("relay-plans", relay.RelayPlanViewSet, basename="relay-plan")
router.register("relay-notes", relay.RelayNoteViewSet)
router.register("solution-parts", relay.SolutionPartViewSet)

urlpatterns = router.urls
