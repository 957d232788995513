"""What the form of a succession asks."""

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.engagements.leaving import browser

pytestmark = pytest.mark.django_db


def test_where_nobody_can_be_chosen_the_form_says_what_to_do_first(administrator, engagement):
    """The only coordinator leaves: a list that holds nobody would be a dead end."""
    page = browser(administrator)
    address = reverse("engagements:person-leave", args=[engagement.coordinator_id])

    alone = page.get(address).context_data["form"]["takes_engagement"]
    person_as(Role.COORDINATOR, engagement.member)
    together = page.get(address).context_data["form"]["takes_engagement"]

    assert "first invite somebody" in alone.help_text
    assert together.help_text == engagement.title
