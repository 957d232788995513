"""The administration closes nobody who still holds something."""

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from crm.models import Membership, User
from tests.crm.factories import MembershipFactory, UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.engagements.leaving import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator)


@pytest.fixture
def colleague(member):
    return person_as(Role.COORDINATOR, member, full_name="Cleo Colleague")


class TestTheAdministration:
    """It closes nobody who still holds something: it says what, and where it changes hands."""

    @pytest.fixture
    def page(self, client):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    def close(self, page, user):
        data = {"full_name": user.full_name, "latin_name": "", "email": user.email}
        return page.post(reverse("admin:crm_user_change", args=[user.pk]), data)

    def change(self, page, row, **changes):
        data = {"user": row.user_id, "organisation": row.organisation_id, "role": row.role}
        data |= {"started_on": row.started_on.isoformat(), "ended_on": ""} | changes
        return page.post(reverse("admin:crm_membership_change", args=[row.pk]), data)

    def test_keeps_the_last_administrator(self, page, administrator):
        answer = self.close(page, administrator)

        administrator.refresh_from_db()
        assert administrator.is_active
        assert "Nobody else administers Relais" in answer.content.decode()

    def test_says_what_is_held_and_links_the_page(self, page, coordinator, engagement):
        answer = self.close(page, coordinator)

        coordinator.refresh_from_db()
        assert coordinator.is_active
        words = answer.content.decode()
        assert "still holds: 1 engagement followed." in words
        assert f'href="{reverse("engagements:person-leave", args=[coordinator.pk])}"' in words

    def test_closes_who_holds_nothing(self, page):
        role = MembershipFactory()
        assert self.close(page, role.user).status_code == 302

        role.refresh_from_db()
        assert not User.objects.get(pk=role.user_id).is_active
        assert (role.ended_on, str(role.history.latest().history_change_reason)) == (
            today(),
            "The account was closed",
        )

    @pytest.mark.parametrize("changes", [{"ended_on": "today"}, {"role": Role.DESK.value}])
    def test_takes_no_role_away_by_which_something_is_held(
        self, page, coordinator, engagement, changes
    ):
        row = coordinator.memberships.get()
        answer = self.change(
            page, row, **{k: today().isoformat() if v == "today" else v for k, v in changes.items()}
        )

        row.refresh_from_db()
        assert (row.role, row.ended_on) == (Role.COORDINATOR, None)
        assert "still holds" in answer.content.decode()

    def test_ends_a_role_by_which_nothing_is_held(self, page, colleague):
        row = colleague.memberships.get()
        assert self.change(page, row, ended_on=today().isoformat()).status_code == 302

        row.refresh_from_db()
        assert row.ended_on == today()

    def test_deletes_not_the_last_role_of_an_administrator(self, page, administrator):
        row = administrator.memberships.get()
        page.post(reverse("admin:crm_membership_delete", args=[row.pk]), {"post": "yes"})

        assert administrator.memberships.exists()

    def test_deletes_no_role_by_which_something_is_held(self, page, coordinator, engagement):
        row = coordinator.memberships.get()
        answer = page.post(reverse("admin:crm_membership_delete", args=[row.pk]), {"post": "yes"})

        assert Membership.objects.filter(pk=row.pk).exists()
        assert "still holds" in answer.content.decode()
