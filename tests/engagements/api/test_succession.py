"""What waits is read and handed over by the API, in the same way."""

import pytest

from tests.engagements.leaving import DAY, browser, lead_of, one_of_each, today

pytestmark = pytest.mark.django_db


class TestWhatWaits:
    """It stands on the first page of those who run the engagement until somebody is named."""

    @pytest.fixture
    def unowned(self, engagement):
        return one_of_each(lead_of(engagement, ends_on=today() - 3 * DAY).contact.user, engagement)

    def test_is_read_and_taken_over_through_the_api(
        self, engagement, coordinator, colleague, unowned
    ):
        page = browser(coordinator)
        waiting = page.get(f"/api/v1/engagements/{engagement.pk}/waiting/").json()
        assert waiting["decision"] == [unowned["decision"].pk]

        body = {"reason": "She is gone", "takes_decision": colleague.pk, "takes_risk": colleague.pk}
        answer = page.post(
            f"/api/v1/engagements/{engagement.pk}/take-over/", body, content_type="application/json"
        )

        assert answer.status_code == 200
        assert answer.json() == {"engagement": [], "decision": [], "risk": []} | {
            key: [unowned[key].pk] for key in ("milestone", "blocker")
        }


class TestALeadLeaves:
    def test_the_api_replaces_in_the_same_way(self, engagement, coordinator, colleague):
        rows = one_of_each(lead_of(engagement).contact.user, engagement)
        body = {
            "new_name": "New Lead",
            "starts_on": today().isoformat(),
            "takes_risk": colleague.pk,
        }
        answer = browser(coordinator).post(
            f"/api/v1/engagements/{engagement.pk}/appoint-lead/",
            body,
            content_type="application/json",
        )

        assert answer.status_code == 201
        rows["risk"].refresh_from_db()
        assert rows["risk"].owner == colleague


class TestSomebodyLeavesTheHouse:
    """A role ends, or the account is closed: by its page, the API or the administration."""

    def test_the_api_goes_the_same_way(self, administrator, coordinator, colleague, engagement):
        body = {"person": coordinator.pk, "reason": "A new post", "takes_engagement": colleague.pk}
        answer = browser(administrator).post(
            "/api/v1/departures/", body, content_type="application/json"
        )

        assert answer.status_code == 204
        coordinator.refresh_from_db()
        engagement.refresh_from_db()
        assert (coordinator.is_active, engagement.coordinator) == (False, colleague)

    def test_the_api_ends_a_role_of_that_person_only(self, administrator, coordinator, colleague):
        body = {
            "person": coordinator.pk,
            "role": colleague.memberships.get().pk,
            "reason": "A new post",
        }
        answer = browser(administrator).post(
            "/api/v1/departures/", body, content_type="application/json"
        )

        assert answer.status_code == 400
        assert colleague.memberships.get().ended_on is None
