"""Milestones by the API, and what waits for what."""

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from engagements.models import Milestone
from tests.api_client import ReadingClient
from tests.crm.factories import person_as
from tests.engagements.factories import MilestoneFactory

pytestmark = pytest.mark.django_db

ROOT = "/api/v1"


def of(engagement, verb=""):
    return f"{ROOT}/engagements/{engagement.pk}/{verb}{'/' if verb else ''}"


class TestMilestones:
    def at(self, milestone, verb=""):
        return f"{ROOT}/milestones/{milestone.pk}/{verb}{'/' if verb else ''}"

    def test_is_added_moved_finished_accepted_and_reopened(self, api, engagement):
        added = api.post(
            of(engagement, "add-milestone"), {"title": "Online", "planned_on": "2026-09-01"}
        )
        assert (added.status_code, added.data["planned_first_on"]) == (201, "2026-09-01")
        milestone = Milestone.objects.get()

        moved = api.patch(
            self.at(milestone), {"planned_on": "2026-10-01", "why": "Late", "seen": 1}
        )
        assert (moved.data["slip"], moved.data["planned_first_on"]) == (30, "2026-09-01")
        assert api.post(self.at(milestone, "accept"), {}).status_code == 400
        assert (
            api.post(self.at(milestone, "finish"), {"done_on": "2026-06-01"}).data["done_on"]
            == "2026-06-01"
        )
        assert (
            api.post(self.at(milestone, "accept"), {"comment": "Fine"}).data["acceptance_comment"]
            == "Fine"
        )
        assert api.post(self.at(milestone, "accept"), {}).status_code == 400
        assert api.post(self.at(milestone, "reopen"), {"why": "Broken"}).data["accepted_on"] is None

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("planned_on", "9999-12-31"),
            ("planned_on", "x"),
            ("title", "x" * 201),
            ("title", "\0"),
            ("owner", 98_765),
        ],
    )
    def test_bad_input_is_refused(self, api, engagement, field, value):
        response = api.post(
            of(engagement, "add-milestone"),
            {"title": "Online", "planned_on": "2026-09-01", field: value},
        )

        assert response.status_code == 400
        assert not Milestone.objects.exists()

    def test_one_of_elsewhere_and_a_missing_one_are_the_same(self, api):
        foreign = MilestoneFactory()

        assert (
            api.get(self.at(foreign)).status_code
            == api.get(f"{ROOT}/milestones/987654321/").status_code
            == 404
        )
        assert api.post(self.at(foreign, "finish"), {"done_on": "2026-06-01"}).status_code == 404

    def test_the_lead_accepts_and_does_not_finish(self, enter, engagement):
        client = enter(person_as(Role.LEAD, engagement.beneficiary))
        milestone = MilestoneFactory(engagement=engagement, done=True)

        assert (
            client.post(self.at(milestone, "finish"), {"done_on": "2026-06-01"}).status_code == 403
        )
        assert client.post(self.at(milestone, "accept"), {}).status_code == 200


class TestDependencies:
    @pytest.fixture
    def api(self, coordinator):
        api = ReadingClient(headers={"accept-language": "en"})
        api.force_authenticate(coordinator)
        return api

    def test_writes_and_reads_what_waits(self, api, engagement):
        first = MilestoneFactory(engagement=engagement)
        second = MilestoneFactory(engagement=engagement)
        address = reverse("api:milestone-detail", args=[second.pk])

        assert api.patch(address, {"after": [first.pk]}).json()["after"] == [first.pk]
        assert api.patch(address, {"title": "Kept"}).json()["after"] == [first.pk]
        refused = api.patch(
            reverse("api:milestone-detail", args=[first.pk]), {"after": [second.pk]}
        )
        assert (refused.status_code, "without end" in str(refused.json())) == (400, True)

    def test_those_that_wait_are_offered_along_and_move_as_they_were_read(self, api, engagement):
        first, second = MilestoneFactory.create_batch(2, engagement=engagement)
        api.patch(reverse("api:milestone-detail", args=[second.pk]), {"after": [first.pk]})
        offered = api.get(
            reverse("api:milestone-followers", args=[first.pk]), {"planned_on": "2026-06-08"}
        ).data
        assert [(row["id"], row["planned_on"]) for row in offered] == [(second.pk, "2026-06-08")]
        address = reverse("api:milestone-move", args=[first.pk])
        sent = {"planned_on": "2026-06-08", "seen": 1, "along": offered}

        stale = [dict(offered[0], seen=offered[0]["seen"] + 1)]
        assert api.post(address, sent | {"along": stale}).status_code == 409
        moved = api.post(address, sent)

        assert moved.status_code == 200
        assert [row["planned_on"] for row in moved.data] == ["2026-06-08"] * 2

    def test_a_foreign_milestone_is_no_choice(self, api, engagement):
        own, foreign = MilestoneFactory(engagement=engagement), MilestoneFactory()

        response = api.patch(
            reverse("api:milestone-detail", args=[own.pk]), {"after": [foreign.pk]}
        )

        assert response.status_code == 400
