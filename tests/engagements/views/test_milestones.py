"""A milestone on its pages: moved, changed by two, accepted once, removed with a reason."""

from datetime import date

import pytest
from django.urls import reverse

from engagements.models import Dependency, Milestone
from tests.drawn_forms import drawn_form
from tests.engagements.factories import MilestoneFactory

pytestmark = pytest.mark.django_db


class TestMoving:
    def test_a_week_later_keeps_what_was_planned_first(self, engagement, coordinator, client):
        milestone = MilestoneFactory(engagement=engagement)
        client.force_login(coordinator)

        response = client.post(
            reverse("engagements:milestone-move", args=[milestone.pk]),
            {"planned_on": "2026-06-08", "seen": 1},
        )

        milestone.refresh_from_db()
        assert response.status_code == 302
        assert (milestone.planned_first_on, milestone.planned_on) == (
            date(2026, 6, 1),
            date(2026, 6, 8),
        )

    def test_the_second_of_two_sees_both_versions_and_loses_no_text(
        self, engagement, coordinator, client
    ):
        milestone = MilestoneFactory(engagement=engagement)
        client.force_login(coordinator)
        address = reverse("engagements:milestone-move", args=[milestone.pk])
        client.post(address, {"planned_on": "2026-06-08", "seen": 1})

        response = client.post(
            address,
            {"planned_on": "2026-09-30", "why": "The server is late.", "seen": 1},
            headers={"accept-language": "en"},
        )

        page = response.content.decode()
        assert response.status_code == 422
        assert "Somebody else changed this" in page
        assert "The server is late." in page
        assert "2026-09-30" in page
        assert "8 June 2026" in page

    def test_before_the_start_is_refused_at_the_field(self, engagement, coordinator, client):
        milestone = MilestoneFactory(engagement=engagement)
        client.force_login(coordinator)

        response = client.post(
            reverse("engagements:milestone-move", args=[milestone.pk]),
            {"planned_on": "2025-12-31", "seen": 1},
        )

        assert response.status_code == 422
        assert response.context["form"].errors["planned_on"]


class TestMovingAlong:
    """Two milestones, the second of which waits for the first."""

    @pytest.fixture
    def two(self, engagement):
        rows = MilestoneFactory.create_batch(2, engagement=engagement)
        Dependency.objects.create(engagement=engagement, milestone=rows[1], after=rows[0])
        return rows

    def send(self, page, milestone, **data):
        sent = {"planned_on": "2026-06-08", "seen": 1} | data
        return page.post(address("milestone-move", milestone.pk), sent)

    def test_is_shown_before_it_is_saved_and_saved_as_it_was_shown(self, page, two):
        first, second = two

        response = self.send(page, first)

        assert response.status_code == 422
        assert "Nothing is saved yet" in response.content.decode()
        form = drawn_form(response, holding=["shown_for"])
        assert form["along"] in (f"{second.pk}.1.2026-06-08", [f"{second.pk}.1.2026-06-08"])
        response = page.post(address("milestone-move", first.pk), form)
        assert "?moved=" in response["Location"]
        days = Milestone.objects.values_list("planned_on", flat=True)
        assert set(days) == {date(2026, 6, 8)}

    def test_a_day_in_the_address_shows_it_at_once(self, page, two):
        url = address("milestone-move", two[0].pk)

        text = page.get(url, {"planned_on": "2026-06-08"}).content.decode()

        assert f"{two[1].pk}.1.2026-06-08" in text

    def test_dates_that_have_changed_meanwhile_are_read_again(self, page, two):
        first, second = two
        Milestone.objects.filter(pk=second.pk).update(version=2)

        response = self.send(
            page, first, shown_for="2026-06-08", along=[f"{second.pk}.1.2026-06-08"]
        )

        assert response.status_code == 422
        assert f"{second.pk}.2.2026-06-08" in response.content.decode()
        assert not Milestone.objects.filter(planned_on=date(2026, 6, 8)).exists()

    def test_the_next_page_takes_it_back_by_one_button(self, page, two):
        saved = self.send(page, two[0], shown_for="2026-06-08", along=[f"{two[1].pk}.1.2026-06-08"])
        roadmap = page.get(saved["Location"])
        back = drawn_form(roadmap, holding=["along"])

        assert page.post(back.action, back).status_code == 302

        assert set(Milestone.objects.values_list("planned_on", flat=True)) == {date(2026, 6, 1)}
        assert "move-back" not in page.get(saved["Location"]).content.decode()

    def test_what_stays_where_it_was_draws_no_button(self, page, two):
        saved = self.send(page, two[1], planned_on="2026-06-01")

        assert saved["Location"].endswith("/roadmap/#milestones")

    @pytest.mark.parametrize("moved", ["", "x", "1", "1.1", "9.9-", "9" * 30 + ".1"])
    def test_an_address_that_names_no_move_draws_no_button(self, page, two, moved):
        url = address("engagement-roadmap", two[0].engagement_id)

        assert "move-back" not in page.get(url, {"moved": moved}).content.decode()


def address(name, pk):
    return reverse(f"engagements:{name}", args=[pk])


class TestForms:
    """name of the address, of what it hangs from, what is sent, and what is true afterwards."""

    def test_two_people_with_one_milestone_both_keep_their_words(self, page, engagement):
        milestone = MilestoneFactory(engagement=engagement)
        url = address("milestone-change", milestone.pk)
        page.post(url, {"title": "Hers", "planned_on": "2026-07-01", "seen": 1})

        response = page.post(url, {"title": "His", "planned_on": "2026-08-01", "seen": 1})

        text = response.content.decode()
        assert response.status_code == 422
        assert 'value="His"' in text
        assert "Hers" in text
        assert (
            page.post(url, {"title": "His", "planned_on": "2026-08-01", "seen": 2}).status_code
            == 302
        )

    def test_removing_is_asked_with_a_reason_and_kept_in_history(self, page, engagement):
        milestone = MilestoneFactory(engagement=engagement)
        url = address("milestone-remove", milestone.pk)
        assert page.get(url).status_code == 200
        assert Milestone.objects.exists()

        assert page.post(url, {"why": "Entered twice", "seen": 1}).status_code == 302

        assert not Milestone.objects.exists()


class TestNotYet:
    def test_opens_it_again_with_what_is_missing_in_the_history(self, enter, engagement, lead):
        milestone = MilestoneFactory(engagement=engagement, done=True)
        url = address("milestone-not-yet", milestone.pk)
        page = enter(lead)
        assert url in page.get(address("milestone-accept", milestone.pk)).content.decode()

        assert page.post(url, {"why": "", "seen": 1}).status_code == 422
        assert page.post(url, {"why": "Safari is missing.", "seen": 7}).status_code == 422
        assert page.post(url, {"why": "Safari is missing.", "seen": 1}).status_code == 302

        milestone.refresh_from_db()
        assert milestone.done_on is None
        newest = milestone.history.order_by("-history_id").first()
        assert (newest.history_change_reason, newest.history_user) == ("Safari is missing.", lead)
        assert page.post(url, {"why": "Again.", "seen": 2}).status_code == 422

    def test_what_is_accepted_stays_accepted(self, as_coordinator, member):
        milestone = MilestoneFactory(engagement__member=member, done=True)
        as_coordinator.post(address("milestone-accept", milestone.pk), {"seen": 1})

        answer = as_coordinator.post(
            address("milestone-not-yet", milestone.pk), {"why": "No.", "seen": 2}
        )

        assert answer.status_code == 422
        assert Milestone.objects.exclude(accepted_on=None).count() == 1


class TestAccept:
    def test_accepting_twice_is_told(self, as_coordinator, member):
        milestone = MilestoneFactory(engagement__member=member, done=True)
        url = reverse("engagements:milestone-accept", args=[milestone.pk])

        assert as_coordinator.post(url, {"comment": "", "seen": 1}).status_code == 302
        assert as_coordinator.post(url, {"comment": "", "seen": 2}).status_code == 422
        assert Milestone.objects.exclude(accepted_on=None).count() == 1
