"""A mission that ends, and the attestation of it."""

from datetime import date

from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, MonthSheetFactory, WorkDayFactory
from volunteers.selectors import attestations
from volunteers.services.attestations import issue_attestation

TODAY = date(2026, 6, 30)


def ends_in_june(member, coordinator):
    """A mission of which the lead has confirmed two days of May, and not yet the one of June."""
    assignment = AssignmentFactory(
        volunteer__user__full_name="Inès “Zoé” O'Brien 🎉",
        engagement=EngagementFactory(
            member=member, coordinator=coordinator, title="Job <platform>"
        ),
        ends_on=TODAY,
    )
    for day in (date(2026, 5, 4), date(2026, 5, 5), date(2026, 6, 1)):
        WorkDayFactory(assignment=assignment, day=day, half_days=2)
    MonthSheetFactory(assignment=assignment, month=date(2026, 5, 1), is_confirmed=True)
    return assignment


def issue(assignment, *, today=TODAY, seen=None, **changed):
    answers = {
        "signer": "Rose Martin",
        "function": "Director",
        "language": "en",
        "milestones": [],
        "skills": [],
    }
    return issue_attestation(
        assignment,
        attestations.AttestationAnswers(**answers | changed),
        by=assignment.engagement.coordinator,
        today=today,
        seen=attestations.seal_of(assignment) if seen is None else seen,
    )
