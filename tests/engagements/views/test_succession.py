"""Somebody leaves the house: a role ends, or the account is closed."""

import pytest
from django.urls import reverse

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import Membership
from engagements import todos
from engagements.selectors import holdings
from engagements.services import succession
from engagements.services.succession import Succession
from tests.crm.factories import MembershipFactory, OrganisationFactory, UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.engagements.leaving import DAY, browser, one_of_each, today, waits

pytestmark = pytest.mark.django_db


class TestSomebodyLeavesTheHouse:
    """A role ends, or the account is closed: by its page, the API or the administration."""

    def leave(self, administrator, person, **given):
        address = reverse("engagements:person-leave", args=[person.pk])
        return browser(administrator).post(address, {"reason": "A new post"} | given)

    @pytest.mark.parametrize("ends", ["role", "account"])
    def test_the_last_administrator_stays(self, administrator, ends):
        role = administrator.memberships.get()
        data = {"role": "all" if ends == "account" else role.pk}

        answer = self.leave(administrator, administrator, **data)
        assert answer.status_code == 422
        assert "Nobody else administers Relais" in answer.content.decode()

        person_as(Role.ADMINISTRATOR)
        assert self.leave(administrator, administrator, **data).status_code == 302

    def test_lists_all_that_they_hold_with_counts(
        self, administrator, coordinator, member, engagement
    ):
        EngagementFactory(member=member, coordinator=coordinator)
        one_of_each(coordinator, engagement)
        address = reverse("engagements:person-leave", args=[coordinator.pk])
        page = browser(administrator).get(address).content.decode()

        assert (
            "2 engagements followed · 1 open decision · 1 open risk · 1 open milestone · 1 open blocker"
            in page
        )
        assert "Who takes over the 2 engagements that are followed" in page

    def test_the_account_is_closed_and_all_changes_hands_at_once(
        self, administrator, coordinator, colleague, engagement
    ):
        rows = one_of_each(coordinator, engagement)
        takers = {f"takes_{key}": colleague.pk for key in holdings.KINDS}

        assert self.leave(administrator, coordinator, role="all", **takers).status_code == 302

        coordinator.refresh_from_db()
        engagement.refresh_from_db()
        assert not coordinator.is_active
        assert engagement.coordinator == colleague
        assert {type(row).objects.get(pk=row.pk).owner for row in rows.values()} == {colleague}
        assert waits(engagement) == {}
        assert (
            engagement.history.order_by("-history_id").first().history_change_reason == "A new post"
        )
        assert (
            coordinator.history.order_by("-history_id").first().history_change_reason
            == "A new post"
        )

    def test_a_role_ends_and_what_nobody_takes_waits_openly(
        self, administrator, coordinator, colleague, engagement
    ):
        one_of_each(coordinator, engagement)
        role = coordinator.memberships.get()

        self.leave(administrator, coordinator, role=role.pk, takes_engagement=colleague.pk)

        role.refresh_from_db()
        coordinator.refresh_from_db()
        assert (role.ended_on, coordinator.is_active) == (today(), True)
        assert set(waits(engagement)) == {"decision", "risk", "milestone", "blocker"}
        assert any(need.kind == "take-over" for need in todos.todos_of(colleague, today()))

    def test_a_role_elsewhere_keeps_what_is_held_here(
        self, administrator, coordinator, colleague, engagement
    ):
        elsewhere = MembershipFactory(user=coordinator, started_on=today() - DAY)
        self.leave(administrator, coordinator, role=elsewhere.pk, takes_engagement=colleague.pk)

        engagement.refresh_from_db()
        assert engagement.coordinator == coordinator

    def test_a_refused_taker_leaves_everything_as_it_was(
        self, administrator, coordinator, engagement
    ):
        stranger = UserFactory()
        with pytest.raises(Refused):
            succession.leave(
                coordinator,
                succession=Succession(today(), "Why", {"engagement": stranger}),
                by=administrator,
            )
        coordinator.refresh_from_db()
        assert coordinator.is_active

    def test_those_who_run_engagements_of_two_members_run_both_to_take_all(
        self, member, coordinator, colleague
    ):
        other = OrganisationFactory(member=True)
        MembershipFactory(user=coordinator, organisation=other)
        both = [EngagementFactory(member=each, coordinator=coordinator) for each in (member, other)]
        assert list(holdings.takers_of("engagement", both, today())) == [coordinator]

        MembershipFactory(user=colleague, organisation=other)
        assert set(holdings.takers_of("engagement", both, today())) == {coordinator, colleague}

    @pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DESK, Role.LEAD])
    def test_is_written_down_by_administrators(self, role, member, coordinator):
        answer = self.leave(person_as(role, member), coordinator, role="all")

        assert answer.status_code == 404

    @pytest.mark.parametrize("door", ["page", "API", "service"])
    def test_every_role_ends_with_the_account(self, administrator, coordinator, door):
        to_come = MembershipFactory(user=coordinator, started_on=today() + 9 * DAY)
        over = MembershipFactory(
            user=coordinator, started_on=today() - 9 * DAY, ended_on=today() - DAY
        )

        if door == "page":
            self.leave(administrator, coordinator, role="all")
        elif door == "API":
            body = {"person": coordinator.pk, "reason": "A new post"}
            browser(administrator).post(
                "/api/v1/departures/", body, content_type="application/json"
            )
        else:
            succession.leave(
                coordinator, succession=Succession(today(), "A new post"), by=administrator
            )

        coordinator.refresh_from_db()
        assert not coordinator.is_active
        assert not coordinator.memberships.not_over().filter(started_on__lte=today()).exists()
        assert Membership.objects.get(pk=to_come.pk).ended_on == to_come.started_on
        assert Membership.objects.get(pk=over.pk).ended_on == over.ended_on
        assert to_come.history.latest().history_change_reason == "A new post"
