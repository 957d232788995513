"""The page of the committee."""

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from tests.api_client import ReadingBrowser
from tests.crm.factories import person_as
from tests.engagements.factories import (
    BlockerFactory,
    DecisionFactory,
    MilestoneFactory,
    PostMortemFactory,
    ProgressLogFactory,
    RiskFactory,
    SteeringNoteFactory,
    TeamMemberFactory,
)

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


API = "/api/v1"


@pytest.fixture
def page(coordinator):
    client = ReadingBrowser()
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def url(name, key):
    return reverse(f"engagements:{name}", args=[key])


class TestPage:
    @pytest.mark.parametrize("size", [1, 9])
    def test_queries_do_not_grow(self, page, engagement, size, django_assert_num_queries):
        for _n in range(size):
            DecisionFactory(engagement=engagement)
            DecisionFactory(engagement=engagement, done_on=today())
            RiskFactory(engagement=engagement)
            SteeringNoteFactory(engagement=engagement)
            PostMortemFactory(engagement__member=engagement.member)
            MilestoneFactory(engagement=engagement)
            BlockerFactory(engagement=engagement)
            ProgressLogFactory(engagement=engagement, next="Go on")
        for address, queries in (
            (url("steering", engagement.pk), 12),
            (url("engagement-status", engagement.pk), 12),
            (reverse("engagements:post-mortem-list"), 6),
            (f"{API}/decisions/", 4),
            (f"{API}/risks/", 4),
            (f"{API}/steering-notes/", 4),
            (f"{API}/post-mortems/", 4),
        ):
            page.get(address)
            with django_assert_num_queries(queries):
                assert page.get(address).status_code == 200

    def test_the_team_and_the_lead_read_and_do_not_write(self, client, engagement):
        RiskFactory(engagement=engagement, title="Theft")
        volunteer, lead = person_as(Role.VOLUNTEER), person_as(Role.LEAD, engagement.beneficiary)
        TeamMemberFactory(engagement=engagement, user=volunteer)
        for user in (volunteer, lead):
            client.force_login(user)
            told = client.get(url("steering", engagement.pk)).content.decode()
            assert "Theft" in told
            assert url("risk-create", engagement.pk) not in told
            assert client.post(url("risk-create", engagement.pk)).status_code == 403
