"""A lead with an account."""

import pytest

from crm.domain.roles import Role
from tests.crm.factories import (
    ContactFactory,
    person_as,
)
from tests.engagements.factories import (
    LeadAppointmentFactory,
)


@pytest.fixture
def lead(engagement):
    user = person_as(Role.LEAD, engagement.beneficiary, full_name="Léa Lead")
    contact = ContactFactory(
        organisation=engagement.beneficiary, kept_by=engagement.member, user=user
    )
    LeadAppointmentFactory(engagement=engagement, contact=contact)
    return user
