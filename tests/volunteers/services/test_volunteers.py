"""A person changed: their time is not cut below what was promised, and each skill leaves its line."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from crm.domain.refusals import Refused, by_field
from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.volunteers.factories import AssignmentFactory, SkillFactory, VolunteerFactory
from volunteers.models import Volunteer, VolunteerSkill
from volunteers.services import volunteers

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member)


def change(volunteer, by, skills, level=2):
    volunteers.change_volunteer(
        volunteer,
        volunteers.VolunteerProfile(
            days_a_week=Decimal(3),
            available_from=date(2026, 1, 1),
            available_to=None,
            levels=dict.fromkeys(skills, level),
        ),
        by=by,
        today=date(2026, 6, 15),
    )


class TestAvailability:
    def change(self, volunteer, **given):
        fields = {
            "days_a_week": Decimal(5),
            "available_from": date(2026, 1, 1),
            "available_to": None,
        } | given
        profile = volunteers.VolunteerProfile(**fields, levels={})
        volunteers.change_volunteer(volunteer, profile, by=volunteer.user, today=TODAY)

    @pytest.mark.parametrize(
        "given",
        [{"available_from": date(2026, 7, 1)}, {"available_to": date(2026, 6, 30)}],
        ids=["later", "sooner"],
    )
    def test_is_not_cut_below_what_is_promised(self, given):
        volunteer = VolunteerFactory()
        AssignmentFactory(
            volunteer=volunteer, starts_on=date(2026, 6, 1), ends_on=date(2026, 9, 30)
        )

        with pytest.raises(Refused) as refused:
            self.change(volunteer, **given)

        assert set(by_field(refused.value)) == set(given)
        volunteer = Volunteer.objects.get(pk=volunteer.pk)
        assert (volunteer.available_from, volunteer.available_to) == (date(2026, 1, 1), None)

    def test_an_assignment_that_is_over_holds_nobody(self):
        volunteer = VolunteerFactory()
        AssignmentFactory(
            volunteer=volunteer, starts_on=date(2026, 2, 1), ends_on=date(2026, 5, 30)
        )

        self.change(volunteer, available_from=date(2026, 6, 1))


class TestWhatChanged:
    def test_skills_that_come_and_go_are_told_with_who_and_when(
        self, volunteer, coordinator, client
    ):
        python, drawing = SkillFactory(name_en="Python"), SkillFactory(name_en="Drawing")
        change(volunteer, coordinator, [python])
        change(volunteer, coordinator, [drawing])
        client.force_login(coordinator)

        url = reverse("volunteers:volunteer-detail", args=[volunteer.pk])
        page = client.get(url, headers={"accept-language": "en"}).content.decode()

        assert "Python: able" in page
        assert "Skill taken away: Python" in page
        assert list(VolunteerSkill.objects.values_list("skill", flat=True).order_by("pk")) == [
            drawing.pk
        ]

    def test_a_skill_that_stays_is_not_written_again(self, volunteer, coordinator):
        python = SkillFactory(name_en="Python")
        change(volunteer, coordinator, [python])
        change(volunteer, coordinator, [python])

        assert VolunteerSkill.history.count() == 1

    def test_a_level_that_rises_is_told(self, volunteer, coordinator):
        python = SkillFactory(name_en="Python")
        change(volunteer, coordinator, [python], level=0)
        change(volunteer, coordinator, [python], level=3)

        assert volunteer.levels.get().level == 3
        reasons = VolunteerSkill.history.order_by("history_id").values_list(
            "history_change_reason", flat=True
        )
        assert list(map(str, reasons)) == ["Python: would like to learn", "Python: expert"]

    def test_whoever_may_not_change_the_person_does_not_read_it(
        self, volunteer, coordinator, client
    ):
        change(volunteer, coordinator, [SkillFactory(name_en="Python")])
        client.force_login(person_as(Role.SPONSOR, volunteer.sponsor))

        url = reverse("volunteers:volunteer-detail", args=[volunteer.pk])
        page = client.get(url, headers={"accept-language": "en"}).content.decode()

        assert "Python: able" not in page
