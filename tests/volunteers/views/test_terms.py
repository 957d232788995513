"""A mission that ends on another day or is handed over: what follows before it is saved, the same words by API."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from tests.api_client import ReadingClient
from tests.crm.factories import person_as
from tests.volunteers.factories import (
    AssignmentFactory,
    RelayNoteFactory,
    SolutionPartFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from volunteers.models import Assignment, RelayNote

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


class TestTheLastDay:
    def test_what_follows_is_shown_and_nothing_saved(self, page, leaving, today):
        sent = {"ends_on": leaving.ends_on + timedelta(days=30), "seen": 1, "look": "1"}

        response = page.post(url("assignment-extend", leaving), sent)

        assert response.status_code == 200
        assert "look up until when they may be lent" in text_of(response)
        assert "Web development" in text_of(response)
        assert Assignment.objects.get().version == 1

    def test_is_saved(self, page, leaving):
        day = leaving.ends_on + timedelta(days=30)

        response = page.post(url("assignment-extend", leaving), {"ends_on": day, "seen": 1})

        assert response.status_code == 302
        assert Assignment.objects.get().ends_on == day

    @pytest.mark.parametrize("typed", ["", "31/31/31", "2101-01-01", "1999-01-01"])
    def test_what_is_no_day_is_told_at_its_field_and_kept(self, page, leaving, typed):
        response = page.post(url("assignment-shorten", leaving), {"ends_on": typed, "seen": 1})

        assert response.status_code == 422
        assert list(response.context_data["form"].errors) == ["ends_on"]
        assert f'value="{typed}"' in text_of(response) or not typed

    def test_a_stale_form_keeps_what_was_typed_and_shows_what_is_saved(self, page, leaving):
        page.post(
            url("assignment-extend", leaving),
            {"ends_on": leaving.ends_on + timedelta(days=9), "seen": 1},
        )
        day = leaving.ends_on + timedelta(days=30)

        response = page.post(url("assignment-extend", leaving), {"ends_on": day, "seen": 1})

        assert response.status_code == 422
        assert "Somebody else changed this" in text_of(response)
        assert f'value="{day}"' in text_of(response)

    def test_page_and_api_refuse_in_the_same_words(self, page, leaving, coordinator, today):
        WorkDayFactory(assignment=leaving, day=today - timedelta(days=1))
        sent = {"ends_on": today - timedelta(days=2), "seen": 1}
        api = ReadingClient(headers={"accept-language": "en"})
        api.force_authenticate(coordinator)

        answer = api.post(f"/api/v1/assignments/{leaving.pk}/shorten/", sent)
        response = page.post(url("assignment-shorten", leaving), sent)

        assert answer.status_code == 400
        assert answer.json()["errors"]["ends_on"] == response.context_data["form"].errors["ends_on"]


class TestHandOver:
    def asked(self, leaving, arriving, **given):
        return {
            "seen": 1,
            "volunteer": arriving.pk,
            "last_day": leaving.ends_on,
            "overlap_days": 5,
            "ends_on": leaving.ends_on + timedelta(days=60),
        } | given

    def test_by_the_form_then_the_note_and_both_read_it(self, page, leaving, arriving, client):
        assert (
            page.post(url("assignment-replace", leaving), self.asked(leaving, arriving)).status_code
            == 302
        )
        assert "takes over" in text_of(page.get("/"))
        client.force_login(leaving.volunteer.user)
        texts = {
            "in_progress": "The import",
            "places": "The safe",
            "contacts": "Rose",
            "only_me": "A trick",
        }
        assert client.post(url("relay-note", leaving), {"seen": 1, **texts}).status_code == 302

        for user in (leaving.volunteer.user, arriving.user):
            client.force_login(user)
            assert "A trick" in text_of(client.get(url("relay-plan", leaving.engagement)))
        assert RelayNote.objects.get().successor.volunteer == arriving

    def test_what_follows_is_shown_and_nothing_saved(self, page, leaving, arriving):
        part = SolutionPartFactory(engagement=leaving.engagement, name="Payment <hub>")
        part.knowledge.create(volunteer=leaving.volunteer)
        sent = self.asked(leaving, arriving) | {"look": "1"}
        before = Assignment.history.count()

        response = page.post(url("assignment-replace", leaving), sent)

        assert response.status_code == 200
        assert "side by side" in text_of(response)
        assert f"Only {leaving.volunteer} knows: Payment &lt;hub&gt;." in text_of(response)
        assert (Assignment.objects.count(), Assignment.history.count()) == (1, before)
        assert not RelayNote.objects.exists()

    def test_what_a_namesake_alone_knows_is_not_the_leaver_s(self, page, leaving, arriving):
        name = leaving.volunteer.user.full_name
        namesake = AssignmentFactory(engagement=leaving.engagement, volunteer__user__full_name=name)
        part = SolutionPartFactory(engagement=leaving.engagement, name="Their part")
        part.knowledge.create(volunteer=namesake.volunteer)

        response = page.post(
            url("assignment-replace", leaving), self.asked(leaving, arriving) | {"look": "1"}
        )

        assert "knows: Their part" not in text_of(response)

    def test_what_stands_in_the_way_is_told_before_too(self, page, leaving, arriving):
        sent = self.asked(leaving, arriving) | {"look": "1", "overlap_days": "60"}

        assert page.post(url("assignment-replace", leaving), sent).status_code == 422

    def test_sent_twice_happens_once(self, page, leaving, arriving):
        page.post(url("assignment-replace", leaving), self.asked(leaving, arriving))

        again = page.post(url("assignment-replace", leaving), self.asked(leaving, arriving))

        assert again.status_code == 422
        assert Assignment.objects.count() == 2

    def test_a_person_of_another_member_cannot_be_named(self, page, leaving):
        stranger = VolunteerFactory()

        response = page.post(url("assignment-replace", leaving), self.asked(leaving, stranger))

        assert list(response.context_data["form"].errors) == ["volunteer"]

    def test_the_one_who_leaves_does_not_choose_who_takes_over(self, client, leaving, arriving):
        other = AssignmentFactory(engagement=leaving.engagement, volunteer=arriving)
        client.force_login(leaving.volunteer.user)

        client.post(
            url("relay-note", leaving),
            {"seen": 0, "successor": other.pk, "in_progress": "The import"},
        )

        assert RelayNote.objects.get().successor is None

    def test_nobody_writes_once_the_assignment_is_over(self, client, leaving, today):
        Assignment.objects.update(ends_on=today - timedelta(days=1))
        client.force_login(leaving.volunteer.user)

        assert client.get(url("relay-note", leaving)).status_code == 403
        assert client.get(url("knowledge-own", leaving.engagement)).status_code == 403

    def test_a_sponsor_finds_no_note(self, client, leaving):
        RelayNoteFactory(assignment=leaving, in_progress="The import")
        client.force_login(person_as(Role.SPONSOR, leaving.volunteer.sponsor))

        assert client.get(url("relay-note", leaving)).status_code == 404
        assert client.get(url("relay-plan", leaving.engagement)).status_code == 404
