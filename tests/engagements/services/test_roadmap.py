"""Which milestone waits for which, and milestones from templates."""

from datetime import date

import pytest
from django.urls import reverse

from crm.domain.refusals import Refused, by_field
from engagements.models import Dependency, Milestone
from engagements.services.milestones import MilestonePlan, change_milestone, finish_milestone
from tests.engagements.factories import MilestoneFactory, MilestoneTemplateFactory, SolutionFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


def change(milestone, by, **changes):
    facts = {name: getattr(milestone, name) for name in ("title", "planned_on", "owner")}
    return change_milestone(milestone, MilestonePlan(**facts | changes), by=by)


class TestDependencies:
    @pytest.fixture
    def three(self, engagement):
        return [MilestoneFactory(engagement=engagement, title=title) for title in "ABC"]

    def test_a_loop_is_refused_and_named_and_nothing_is_kept(self, three, coordinator):
        a, b, c = three
        change(b, coordinator, after=[a])
        change(c, coordinator, after=[b])

        with pytest.raises(Refused) as refused:
            change(a, coordinator, after=[c], title="Renamed")

        (sentence,) = by_field(refused.value)["after"]
        assert sentence.startswith("These wait for each other without end: ")
        assert sorted(set(sentence.rstrip(".").split(": ")[1].split(" → "))) in (
            ["A", "B", "C"],
            ["B", "C", "Renamed"],
        )
        assert Dependency.objects.count() == 2
        assert Milestone.objects.get(pk=a.pk).title == "A"

    def test_it_does_not_wait_for_itself(self, three, coordinator):
        with pytest.raises(Refused, match="itself"):
            change(three[0], coordinator, after=[three[0]])

    def test_it_waits_for_milestones_of_its_own_engagement_alone(self, three, coordinator):
        with pytest.raises(Refused, match="own engagement"):
            change(three[0], coordinator, after=[MilestoneFactory()])

    def test_it_is_not_done_before_what_it_waits_for(self, three, coordinator):
        a, b, _c = three
        change(b, coordinator, after=[a])

        with pytest.raises(Refused, match="not done yet: A"):
            finish_milestone(b, done_on=TODAY, today=TODAY, by=coordinator)
        finish_milestone(a, done_on=TODAY, today=TODAY, by=coordinator)
        assert finish_milestone(b, done_on=TODAY, today=TODAY, by=coordinator).done_on == TODAY

    def test_what_waits_is_in_the_history_with_who(self, three, coordinator):
        a, b, _c = three
        change(b, coordinator, after=[a])
        change(b, coordinator, after=[])

        rows = Dependency.history.order_by("history_id").values_list("history_type", "history_user")
        assert list(rows) == [("+", coordinator.pk), ("-", coordinator.pk)]

    def test_the_form_keeps_them_and_the_page_tells_what_is_planned_too_early(
        self, three, coordinator, client
    ):
        a, b, _c = three
        client.force_login(coordinator)
        client.post(
            reverse("engagements:milestone-change", args=[b.pk]),
            {"title": "B", "planned_on": "2026-05-01", "after": [a.pk], "seen": 1},
        )

        page = client.get(
            reverse("engagements:engagement-roadmap", args=[a.engagement_id]),
            headers={"accept-language": "en"},
        ).content.decode()
        assert Dependency.objects.get().after == a
        assert "planned too early" in page


class TestPlan:
    def templates(self):
        first = MilestoneTemplateFactory(code="needs", title_en="Needs", days=30)
        MilestoneTemplateFactory(
            code="stores", title_en="Stores", days=90, kind="extension", after=first
        )
        MilestoneTemplateFactory(code="deputy", title_en="Deputy", days=40, barrier="time")
        MilestoneTemplateFactory(code="app", title_en="App", days=40, kind="app")

    def test_the_page_proposes_by_kind_and_barrier_and_adds_what_is_ticked(
        self, engagement, coordinator, client
    ):
        self.templates()
        SolutionFactory(engagement=engagement, kind="extension")
        client.force_login(coordinator)
        address = reverse("engagements:roadmap-plan", args=[engagement.pk])
        query = {"kind": "extension", "barriers": ["time"], "first_on": "2026-06-15"}

        text = client.get(address, query, headers={"accept-language": "en"}).content.decode()
        assert all(title in text for title in ("Needs", "Stores", "Deputy"))
        assert ">App<" not in text
        client.post(
            address, query | {"codes": ["needs", "stores"]}, headers={"accept-language": "en"}
        )

        added = Milestone.objects.order_by("planned_on").values_list("title", "planned_first_on")
        assert list(added) == [("Needs", date(2026, 7, 15)), ("Stores", date(2026, 9, 14))]
        assert Dependency.objects.get().after.title == "Needs"

    def test_proposes_what_is_missing_alone_and_lets_it_wait_for_what_is_there(
        self, engagement, coordinator, client
    ):
        self.templates()
        there = MilestoneFactory(engagement=engagement, title="needs", planned_on=date(2026, 10, 1))
        client.force_login(coordinator)
        address = reverse("engagements:roadmap-plan", args=[engagement.pk])
        query = {"kind": "extension", "first_on": "2026-06-15"}

        page = client.get(address, query, headers={"accept-language": "en"}).content.decode()
        assert 'value="stores"' in page
        assert 'value="needs"' not in page
        assert "1 of these milestones is in the roadmap already" in page
        client.post(address, query | {"codes": ["stores"]}, headers={"accept-language": "en"})

        stores = Milestone.objects.get(title="Stores")
        assert (stores.planned_on, stores.waits_for.get().after) == (date(2026, 10, 1), there)

    def test_twice_adds_nothing_and_says_what_is_there(self, engagement, coordinator, client):
        self.templates()
        client.force_login(coordinator)
        address = reverse("engagements:roadmap-plan", args=[engagement.pk])
        data = {"kind": "site", "first_on": "2026-06-15", "codes": ["needs"]}
        client.post(address, data, headers={"accept-language": "en"})

        response = client.post(address, data, headers={"accept-language": "en"})

        assert response.status_code == 422
        assert "in the roadmap already" in response.content.decode()
        assert Milestone.objects.count() == 1

    def test_nothing_before_the_engagement_starts(self, engagement, coordinator, client):
        MilestoneTemplateFactory(code="now", days=0)
        client.force_login(coordinator)

        response = client.post(
            reverse("engagements:roadmap-plan", args=[engagement.pk]),
            {"kind": "site", "first_on": "2020-01-01", "codes": ["now"]},
        )

        assert response.status_code == 422
        assert not Milestone.objects.exists()
