"""The page of an engagement's autonomy."""

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import Membership
from tests.crm.factories import person_as
from tests.engagements.factories import (
    AssessmentFactory,
    DrillFactory,
    EngagementFactory,
    ExitOutcomeFactory,
    OwnershipItemFactory,
    RunningCostFactory,
    SignatureFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_handover=True)


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary, full_name="Rose Lead")


class TestPage:
    @pytest.mark.parametrize("size", [1, 7])
    def test_queries_do_not_grow(
        self, client, engagement, coordinator, django_assert_num_queries, size
    ):
        for number in range(size):
            RunningCostFactory(engagement=engagement, label=f"Cost {number}")
            OwnershipItemFactory(engagement=engagement, label=f"Item {number}")
            DrillFactory(engagement=engagement)
            SignatureFactory(engagement=engagement)
        AssessmentFactory(engagement=engagement)
        ExitOutcomeFactory(engagement=engagement)
        client.force_login(coordinator)

        with django_assert_num_queries(11):
            client.get(reverse("engagements:engagement-autonomy", args=[engagement.pk]))

    def test_every_form_keeps_what_was_typed(self, client, engagement, coordinator):
        client.force_login(coordinator)
        wrong = {
            "label": "Kept 'as' \"typed\" 🌱",
            "name": "Kept 'as' \"typed\" 🌱",
            "comment": "Kept",
        }
        for name, arguments in (
            ("cost-create", []),
            ("ownership-create", []),
            ("drill-create", []),
            ("levers-change", []),
            ("signature-create", ["member"]),
            ("assessment-change", ["intake", "member"]),
        ):
            response = client.post(
                reverse(f"engagements:{name}", args=[engagement.pk, *arguments]), wrong
            )
            assert response.status_code == 422, name
            assert "Kept" in response.content.decode(), name

    def test_an_unknown_side_or_moment_does_not_exist(self, client, engagement, coordinator):
        client.force_login(coordinator)
        for name, arguments in (
            ("signature-create", ["nobody"]),
            ("assessment-change", ["never", "member"]),
            ("assessment-change", ["intake", "nobody"]),
        ):
            assert (
                client.get(
                    reverse(f"engagements:{name}", args=[engagement.pk, *arguments])
                ).status_code
                == 404
            )


def test_a_former_lead_no_longer_opens_the_page(engagement, lead, client):
    client.force_login(lead)
    page = reverse("engagements:engagement-autonomy", args=[engagement.pk])
    assert client.get(page).status_code == 200

    Membership.objects.filter(user=lead).update(ended_on=timezone.localdate())

    assert client.get(page).status_code == 404
