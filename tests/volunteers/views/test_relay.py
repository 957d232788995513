"""The pages and the API of the relay plan, and of who knows which part."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.domain.roles import Role
from tests.api_client import ReadingClient
from tests.crm.factories import ContactFactory, MembershipFactory
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, RelayNoteFactory, SolutionPartFactory
from volunteers.models import PartKnowledge, RelayDemand

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, coordinator):
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def url(name, of):
    return reverse(f"volunteers:{name}", args=[of.pk])


def text_of(response):
    return response.content.decode()


class TestThePlan:
    def test_says_the_finding_in_its_title_and_the_figures_in_the_table(self, page, leaving):
        response = page.get(url("relay-plan", leaving.engagement))

        assert "Web development: without anybody from" in text_of(response).replace("\n", "")
        assert '<td class="nobody">' in text_of(response)

    def test_an_engagement_without_needs_says_what_will_stand_here(self, page, member):
        response = page.get(url("relay-plan", EngagementFactory(member=member)))

        assert "No skill is asked for" in text_of(response)

    def test_the_api_says_the_same(self, leaving, coordinator):
        api = ReadingClient()
        api.force_authenticate(coordinator)
        SolutionPartFactory(engagement=leaving.engagement, name="Payment")

        plan = api.get(f"/api/v1/relay-plans/{leaving.engagement_id}/").json()

        (covered,) = plan["skills"]
        assert covered["weeks"][0]["confirmed"] > "0"
        assert covered["without_anybody_from"] > str(leaving.ends_on)
        assert [each["assignment"] for each in plan["leaving"]] == [leaving.pk]
        assert plan["parts"][0]["name"] == "Payment"

    def test_the_demand_is_changed(self, page, leaving):
        address = url("relay-demand", leaving.engagement)

        assert page.post(address, {"seen": 0, "overlap_days": 61}).status_code == 422
        assert page.post(address, {"seen": 0, "overlap_days": 9}).status_code == 302
        assert RelayDemand.objects.get().overlap_days == 9

    @pytest.mark.parametrize("name", ["relay-plan"])
    def test_asks_the_same_number_of_times_whatever_its_size(self, page, leaving, name):
        def grow(number):
            for _n in range(number):
                one = AssignmentFactory(engagement=leaving.engagement, ends_on=leaving.ends_on)
                RelayNoteFactory(assignment=one)
                PartKnowledge.objects.create(
                    part=SolutionPartFactory(engagement=leaving.engagement), volunteer=one.volunteer
                )

        def count():
            with CaptureQueriesContext(connection) as queries:
                page.get(url(name, leaving.engagement))
            return len(queries)

        grow(1)
        count()
        few = count()
        grow(6)
        assert count() == few <= 22


class TestParts:
    def test_a_coordinator_says_who_knows_a_part(self, page, leaving, member):
        contact = ContactFactory(
            organisation=leaving.engagement.beneficiary, kept_by=member, full_name="Rose"
        )
        given = {
            "name": "Payment",
            f"volunteer_{leaving.volunteer_id}": 2,
            f"contact_{contact.pk}": 1,
        }

        assert page.post(url("part-create", leaving.engagement), given).status_code == 302
        assert set(
            PartKnowledge.objects.order_by("pk").values_list("volunteer", "contact", "level")
        ) == {
            (leaving.volunteer_id, None, 2),
            (None, contact.pk, 1),
        }

    def test_the_same_name_twice_is_told(self, page, leaving):
        part = SolutionPartFactory(engagement=leaving.engagement)

        response = page.post(url("part-create", leaving.engagement), {"name": part.name})

        assert response.status_code == 422
        assert "on the list already" in text_of(response)

    def test_a_person_of_the_team_says_what_they_know_themselves(self, client, leaving, arriving):
        part = SolutionPartFactory(engagement=leaving.engagement)
        client.force_login(leaving.volunteer.user)

        assert (
            client.post(
                url("knowledge-own", leaving.engagement), {f"part_{part.pk}": 2}
            ).status_code
            == 302
        )
        assert part.knowledge.get().volunteer == leaving.volunteer

    def test_through_the_api_nobody_of_the_team_speaks_for_another(self, leaving, arriving):
        other = AssignmentFactory(engagement=leaving.engagement, volunteer=arriving)
        part = SolutionPartFactory(engagement=leaving.engagement)
        api = ReadingClient()
        api.force_authenticate(leaving.volunteer.user)
        address = f"/api/v1/solution-parts/{part.pk}/know/"

        assert api.post(address, {"volunteer": other.volunteer_id, "level": 2}).status_code in {
            400,
            403,
        }
        assert api.post(address, {"volunteer": leaving.volunteer_id, "level": 2}).status_code == 200
        assert part.knowledge.get().volunteer == leaving.volunteer

    def test_not_even_who_also_leads_and_sees_the_contacts(self, leaving, member):
        beneficiary = leaving.engagement.beneficiary
        contact = ContactFactory(organisation=beneficiary, kept_by=member)
        MembershipFactory(user=leaving.volunteer.user, organisation=beneficiary, role=Role.LEAD)
        api = ReadingClient()
        api.force_authenticate(leaving.volunteer.user)
        part = SolutionPartFactory(engagement=leaving.engagement)

        answer = api.post(
            f"/api/v1/solution-parts/{part.pk}/know/", {"contact": contact.pk, "level": 2}
        )

        assert answer.status_code == 403
