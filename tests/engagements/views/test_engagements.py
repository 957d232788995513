"""The list of engagements, an engagement, and its ways to what belongs to it."""

import pytest

from tests.crm.factories import SupportRequestFactory
from tests.engagements.factories import EngagementFactory

pytestmark = pytest.mark.django_db


class TestItsRequest:
    def test_leads_back_to_its_request(self, client, administrator, coordinator, member):
        support = SupportRequestFactory()
        engagement = EngagementFactory(member=member, request=support)
        link = f'href="{support.get_absolute_url()}"'
        client.force_login(administrator)
        assert link in client.get(engagement.get_absolute_url()).content.decode()

        client.force_login(coordinator)
        assert link not in client.get(engagement.get_absolute_url()).content.decode()
