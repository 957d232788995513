"""The list of people and the page that each keeps of themselves."""

import pytest
from django.urls import reverse

from tests.crm.factories import person_as
from tests.volunteers.factories import SkillFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


class TestOwnPage:
    def test_a_volunteer_keeps_their_levels_wishes_and_languages(self, client, skilled, python):
        volunteer, drawing = skilled("Léa Dupont", level=1), SkillFactory(name_en="Drawing")
        client.force_login(volunteer.user)
        given = {
            "days_a_week": "5",
            "available_from": "2026-01-01",
            "languages": "français, LSF",
            "seen": "1",
        }

        answer = client.post(
            reverse("volunteers:volunteer-change", args=[volunteer.pk]),
            given | {f"skill_{python.pk}": "3", f"skill_{drawing.pk}": "0"},
        )

        assert answer.status_code == 302
        assert dict(volunteer.levels.order_by("pk").values_list("skill__name_en", "level")) == {
            "Python": 3,
            "Drawing": 0,
        }
        page = client.get(answer.url, headers={"accept-language": "en"}).content.decode()
        assert "français, LSF" in page
        assert page.index("Would like to learn") < page.index("Drawing")

    def test_a_refused_form_keeps_the_levels_that_were_chosen(self, client, skilled, python):
        volunteer = skilled("Léa Dupont")
        client.force_login(volunteer.user)

        answer = client.post(
            reverse("volunteers:volunteer-change", args=[volunteer.pk]),
            {"days_a_week": "9", f"skill_{python.pk}": "3"},
        )

        assert answer.status_code == 422
        assert '<option value="3" selected>' in answer.content.decode()
        assert volunteer.levels.get().level == 2


class TestPeople:
    @pytest.mark.parametrize("size", [3, 12])
    def test_statements_do_not_grow(
        self, client, member, coordinator, size, django_assert_num_queries
    ):
        for _n in range(size):
            VolunteerFactory(member=member)
        client.force_login(coordinator)
        client.get(reverse("volunteers:people-list"))

        with django_assert_num_queries(10):
            response = client.get(reverse("volunteers:people-list"))

        assert len(response.context_data["people"]) == size

    def test_a_sponsor_sees_its_own_people_only(self, client):
        mine, other = VolunteerFactory(), VolunteerFactory()
        client.force_login(person_as("sponsor", mine.sponsor))

        page = client.get(reverse("volunteers:people-list")).content.decode()

        assert mine.user.full_name in page
        assert other.user.full_name + "<" not in page
