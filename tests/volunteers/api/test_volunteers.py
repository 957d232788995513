"""People through the API: found, read and never made or taken away."""

import pytest

from crm.domain.roles import Role
from tests.api_client import keys, refused
from tests.crm.factories import person_as
from tests.volunteers.factories import SkillFactory, VolunteerFactory

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Zoé")


class TestVolunteers:
    def test_are_searched_without_accents_and_filtered(self, api, member, volunteer):
        skill = SkillFactory()
        able = VolunteerFactory(member=member, user__full_name="Anna")
        able.levels.create(skill=skill)

        assert keys(api.get(f"{ROOT}/volunteers/", {"q": "ZOE"})) == [volunteer.pk]
        assert keys(api.get(f"{ROOT}/volunteers/", {"skill": skill.pk})) == [able.pk]
        assert keys(api.get(f"{ROOT}/volunteers/", {"sponsor": able.sponsor_id})) == [able.pk]

    def test_a_company_that_lends_to_others_alone_is_no_choice(self, api, volunteer):
        elsewhere = VolunteerFactory()
        answers = [
            api.get(f"{ROOT}/volunteers/", {"sponsor": key})
            for key in (elsewhere.sponsor_id, 987_654_321)
        ]

        assert [set(refused(answer)) for answer in answers] == [{"sponsor"}, {"sponsor"}]

    @pytest.mark.parametrize(
        "query", [{"q": "x" * 101}, {"q": "a\0"}, {"skill": "x"}, {"skill": 987_654_321}]
    )
    def test_a_filter_that_makes_no_sense_is_refused_by_name(self, api, query):
        assert set(refused(api.get(f"{ROOT}/volunteers/", query))) == set(query)

    def test_one_tells_its_capacity_and_no_address(self, api, volunteer):
        answer = api.get(f"{ROOT}/volunteers/{volunteer.pk}/").data

        assert (answer["full_name"], answer["days_a_week"], answer["sponsor_name"]) == (
            "Zoé",
            "5.0",
            volunteer.sponsor.name,
        )
        assert volunteer.user.email not in str(answer)

    def test_a_sponsor_sees_its_own_people_and_a_volunteer_themselves(self, enter, volunteer):
        VolunteerFactory(member=volunteer.member)
        sponsor = person_as(Role.SPONSOR, volunteer.sponsor)

        assert keys(enter(sponsor).get(f"{ROOT}/volunteers/")) == [volunteer.pk]
        assert keys(enter(volunteer.user).get(f"{ROOT}/volunteers/")) == [volunteer.pk]

    def test_are_neither_made_nor_taken_away_here(self, api, volunteer):
        url = f"{ROOT}/volunteers/{volunteer.pk}/"

        for method in (api.post, api.put, api.delete):
            assert method(url, {}).status_code == 405

    def test_say_their_levels_and_languages(self, api, volunteer):
        python, drawing = SkillFactory(), SkillFactory()
        given = {
            "languages": "français, LSF",
            "levels": [{"skill": python.pk, "level": 3}, {"skill": drawing.pk, "level": 0}],
        }

        answer = api.patch(f"{ROOT}/volunteers/{volunteer.pk}/", given).data

        assert (answer["languages"], answer["levels"]) == (given["languages"], given["levels"])
        assert (
            api.patch(f"{ROOT}/volunteers/{volunteer.pk}/", {"days_a_week": "2"}).data["levels"]
            == given["levels"]
        )

    def test_a_skill_twice_is_told_at_its_field(self, api, volunteer):
        python = SkillFactory().pk
        twice = {"levels": [{"skill": python, "level": 3}, {"skill": python, "level": 1}]}

        assert set(refused(api.patch(f"{ROOT}/volunteers/{volunteer.pk}/", twice))) == {"levels"}
