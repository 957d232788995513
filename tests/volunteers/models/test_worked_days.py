"""Nobody at the company reads a person's week beyond the days that they have to confirm."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.volunteers.factories import AssignmentFactory, MonthSheetFactory, WorkDayFactory
from volunteers.models import WorkDay

pytestmark = pytest.mark.django_db
IN_JULY = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def it_is_july(monkeypatch):
    """The mission of these tests runs until the end of 2026: its pages are read while it does."""
    monkeypatch.setattr(timezone, "now", lambda: IN_JULY)


@pytest.fixture
def assignment(member):
    return AssignmentFactory(engagement__member=member, volunteer__member=member)


class TestWhatACompanyReads:
    """Nobody at the company reads a person's week beyond the days that they have to confirm."""

    @pytest.fixture
    def assignment(self):
        assignment = AssignmentFactory()
        for day in (date(2026, 5, 12), date(2026, 6, 9), date(2026, 6, 10)):
            WorkDayFactory(assignment=assignment, day=day)
        MonthSheetFactory(assignment=assignment, month=date(2026, 5, 1), is_confirmed=True)
        MonthSheetFactory(assignment=assignment, month=date(2026, 6, 1))
        return assignment

    def days_for(self, user):
        return list(WorkDay.objects.visible_to(user).order_by("day").values_list("day", flat=True))

    def test_only_days_of_months_that_the_lead_confirmed(self, assignment):
        contact = person_as(Role.SPONSOR, assignment.volunteer.sponsor)

        assert self.days_for(contact) == [date(2026, 5, 12)]
        assert len(self.days_for(person_as(Role.COORDINATOR, assignment.engagement.member))) == 3
        assert len(self.days_for(assignment.volunteer.user)) == 3
        assert self.days_for(person_as(Role.SPONSOR)) == []

    def test_the_persons_page_counts_no_other(self, client, assignment):
        client.force_login(person_as(Role.SPONSOR, assignment.volunteer.sponsor))

        answer = client.get(reverse("volunteers:volunteer-detail", args=[assignment.volunteer_id]))

        assert answer.context_data["half_days"] == 2
