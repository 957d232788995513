"""Who enters the administration, and what is not there."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import User
from crm.services import invitations
from engagements.services.succession import Succession, leave
from tests.crm.factories import UserFactory, person_as


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True, is_superuser=True, full_name="Ada")
    client.force_login(user)
    return user


@pytest.mark.django_db
def test_what_libraries_register_is_not_there(client, staff):
    person_as(Role.COORDINATOR)

    for path in ("/admin/auth/group/", "/admin/knox/authtoken/", "/admin/knox/authtoken/add/"):
        assert client.get(path).status_code == 404
    assert get_user_model() in admin.site._registry


PASSWORD = "une phrase bien longue 2027"


@pytest.fixture
def founder(client):
    user = User.objects.create_superuser("aline@relais.example", PASSWORD, full_name="Aline")
    client.force_login(user)
    return user


@pytest.mark.django_db
class TestWhoMayEnter:
    def test_comes_with_the_role(self, client, administrator):
        client.force_login(administrator)

        assert client.get(reverse("admin:crm_membership_changelist")).status_code == 200
        assert reverse("admin:index") in client.get(reverse("crm:home")).content.decode()

    def test_goes_with_it(self, client, founder, member):
        invitations.begin(founder, name=member.name, is_member=True, by=founder)
        other = person_as(Role.ADMINISTRATOR)
        (role,) = founder.memberships.all()

        today = timezone.localdate()
        leave(founder, succession=Succession.of({}, today, "moves on"), by=other, membership=role)

        assert client.get(reverse("admin:index")).status_code == 302
        assert not User.objects.get(pk=founder.pk).is_superuser


def test_whoever_may_not_enter_the_administration_is_told_as_whom_they_are_here(db, client):
    client.force_login(person_as(Role.COORDINATOR, full_name="Camille"))

    page = client.get("/admin/", follow=True, headers={"accept-language": "en"})

    assert "You are logged in as Camille." in page.content.decode()
