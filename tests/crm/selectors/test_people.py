"""What somebody may open is what the pages' own rules say, role by role."""

import pytest

from crm.domain.roles import Role
from crm.models import User
from crm.selectors.people import reach_of
from engagements.models import Engagement
from tests.crm.factories import MembershipFactory, OrganisationFactory, UserFactory, person_as
from tests.engagements.factories import EngagementFactory

pytestmark = pytest.mark.django_db


def engagements_of(person):
    return next(
        (area for area in reach_of(person) if area.label in {"engagements", "accompagnements"}),
        None,
    )


def test_each_role_is_counted_alone_and_all_of_them_once():
    one, other = OrganisationFactory(member=True), OrganisationFactory(member=True)
    person = person_as(Role.COORDINATOR, one)
    MembershipFactory(user=person, organisation=other, role=Role.COORDINATOR)
    for member, count in ((one, 2), (other, 1), (OrganisationFactory(member=True), 4)):
        for _each in range(count):
            EngagementFactory(member=member)

    area = engagements_of(person)
    assert (area.count, area.total) == (3, 7)
    by_place = {reason.membership.organisation: reason.count for reason in area.reasons}
    assert by_place == {one: 2, other: 1}


@pytest.mark.parametrize("role", list(Role))
def test_it_is_what_the_rules_of_the_pages_say(role, member):
    EngagementFactory(member=member)
    EngagementFactory()
    person = person_as(role, member)

    visible = Engagement.objects.visible_to(User.objects.get(pk=person.pk)).count()
    area = engagements_of(person)
    assert (area.count if area else 0) == visible


def test_a_part_of_ones_own_needs_no_role():
    person = UserFactory()
    EngagementFactory(coordinator=person, member=OrganisationFactory(member=True))

    assert all(reason.membership is None for area in reach_of(person) for reason in area.reasons)


@pytest.mark.parametrize("size", [1, 9])
def test_queries_do_not_grow_with_the_rows(member, django_assert_max_num_queries, size):
    person = person_as(Role.COORDINATOR, member)
    for _each in range(size):
        EngagementFactory(member=member)

    with django_assert_max_num_queries(40):
        reach_of(person)
