"""Who knows which part of a solution: said, taken back, and gone with them."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.crm.factories import ContactFactory
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, SkillFactory, SolutionPartFactory
from tests.volunteers.leaving import TODAY, until_july
from volunteers.models import PartKnowledge
from volunteers.selectors.relay import plan_of
from volunteers.services import parts

pytestmark = pytest.mark.django_db


@pytest.fixture
def skill():
    return SkillFactory(name_fr="Développement web", name_en="Web development")


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt", in_build=True)


@pytest.fixture
def leaving(engagement, skill):
    return until_july(engagement, skill)


class TestParts:
    def plan(self, engagement):
        return [
            (each.part.name, each.only, each.leaves_soon, each.is_known_by_beneficiary)
            for each in plan_of(engagement, TODAY).parts
        ]

    def test_what_leaves_with_its_only_knower_stands_first(self, leaving, engagement, coordinator):
        stays = AssignmentFactory(
            engagement=engagement, volunteer__user__full_name="Basile", ends_on=date(2027, 6, 1)
        )
        contact = ContactFactory(organisation=engagement.beneficiary, full_name="Rose")
        levels = {
            "A both": [(stays.volunteer, 2), (contact, 2)],
            "B alone": [(stays.volunteer, 2), (contact, 1)],
            "C nobody": [],
            "D leaves": [(leaving.volunteer, 2)],
        }
        for name, knowledge in levels.items():
            part = SolutionPartFactory.build(engagement=engagement, name=name)
            parts.save_part(part, knowledge=knowledge, by=coordinator)

        assert self.plan(engagement) == [
            ("D leaves", "Alix", True, False),
            ("C nobody", "", False, False),
            ("B alone", "Basile", False, False),
            ("A both", "", False, True),
        ]

    def test_who_has_left_knows_nothing_any_more(self, engagement, coordinator):
        gone = AssignmentFactory(engagement=engagement, ends_on=date(2026, 5, 1))
        parts.save_part(
            SolutionPartFactory.build(engagement=engagement, name="Payment"),
            knowledge=[(gone.volunteer, 2)],
            by=coordinator,
        )

        assert self.plan(engagement) == [("Payment", "", False, False)]

    def test_is_taken_back_and_kept_in_the_history(self, leaving, engagement, coordinator):
        part = SolutionPartFactory(engagement=engagement)
        parts.know(part, leaving.volunteer, 1, by=coordinator)
        parts.know(part, leaving.volunteer, 2, by=coordinator)
        parts.know(part, leaving.volunteer, None, by=coordinator)

        assert [row.history_type for row in PartKnowledge.history.order_by("pk")] == ["+", "~", "-"]

    def test_is_known_by_a_volunteer_or_a_contact_and_not_by_both(self, leaving, engagement):
        contact = ContactFactory(organisation=engagement.beneficiary)

        with pytest.raises(IntegrityError), transaction.atomic():
            PartKnowledge.objects.create(
                part=SolutionPartFactory(engagement=engagement),
                volunteer=leaving.volunteer,
                contact=contact,
            )
