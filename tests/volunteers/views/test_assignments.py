from datetime import date

import pytest
from django.urls import reverse

from tests.volunteers.factories import AssignmentFactory, VolunteerFactory
from volunteers.services import assignments

pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member)


class TestWhatChanged:
    def test_an_assignment_tells_its_changes_where_it_is_changed(
        self, volunteer, coordinator, client, member
    ):
        assignment = AssignmentFactory(
            volunteer=volunteer, engagement__member=member, confirmed_on=None
        )
        assignments.confirm_assignment(
            assignment, seen=assignment.version, by=coordinator, today=date(2026, 2, 2)
        )
        client.force_login(coordinator)

        url = reverse("volunteers:assignment-change", args=[assignment.pk])
        page = client.get(url, headers={"accept-language": "en"}).content.decode()

        assert "Camille Coordinator" in page
        assert "What changed" in page
