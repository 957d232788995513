"""Whom and what the form of an engagement offers."""

import pytest
from django.urls import reverse

from engagements.models import Engagement
from tests.crm.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


class TestForms:
    """name of the address, of what it hangs from, what is sent, and what is true afterwards."""

    def test_a_member_of_the_directory_is_no_supported_organisation(
        self, page, member, coordinator, today
    ):
        response = page.post(
            reverse("engagements:engagement-create"),
            {
                "title": "T",
                "beneficiary": OrganisationFactory(member=True).pk,
                "member": member.pk,
                "coordinator": coordinator.pk,
                "started_on": today.isoformat(),
            },
        )

        assert "beneficiary" in response.context_data["form"].errors

    def test_another_member_is_no_choice(self, page, coordinator, today):
        response = page.post(
            reverse("engagements:engagement-create"),
            {
                "title": "T",
                "beneficiary": OrganisationFactory().pk,
                "member": OrganisationFactory(member=True).pk,
                "coordinator": coordinator.pk,
                "started_on": today.isoformat(),
            },
        )

        assert "member" in response.context_data["form"].errors
        assert not Engagement.objects.exists()
