"""From empty tables to the link on which the first administrator chooses a password, by one command."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from crm.domain.roles import Role
from crm.models import Membership, Organisation, Sdg, User
from tests.crm.factories import OrganisationFactory, UserFactory, person_as

pytestmark = pytest.mark.django_db

GIVEN = {"organisation": "Share it", "full_name": "Zoé Première", "email": "Zoe@example.org"}
CHOSEN = "a-long-password-of-my-own-9"


def setup(**changes):
    out = StringIO()
    call_command("setup", **({"language": "en"} | GIVEN | changes), stdout=out)
    return out.getvalue()


def link_in(words):
    return re.search(r"https?://[^/\s]+(\S+)", words)[1]


class TestSetup:
    def test_makes_the_member_and_who_administers_and_coordinates_it(self):
        setup()

        organisation, user = Organisation.objects.get(), User.objects.get()
        assert (organisation.name, organisation.is_member) == ("Share it", True)
        assert (user.email, user.full_name, user.language) == (
            "zoe@example.org",
            "Zoé Première",
            "en",
        )
        assert not user.has_usable_password()
        roles = Membership.objects.values_list("user", "organisation", "role", "is_head")
        assert set(roles) == {
            (user.pk, organisation.pk, Role.ADMINISTRATOR, False),
            (user.pk, organisation.pk, Role.COORDINATOR, True),
        }

    def test_each_row_has_its_line_of_history(self):
        setup()

        for row in (*Organisation.objects.all(), *User.objects.all(), *Membership.objects.all()):
            assert row.history.count() == 1

    def test_its_link_leads_to_a_password_and_home(self, client):
        path = link_in(setup())

        page = client.get(path, follow=True)
        assert page.status_code == 200
        client.post(page.request["PATH_INFO"], {"new_password1": CHOSEN, "new_password2": CHOSEN})
        assert client.login(username="zoe@example.org", password=CHOSEN)
        home = client.get("/", headers={"accept-language": "en"})
        assert home.status_code == 200
        assert "Invite the coordinators of each member" in home.content.decode()

    def test_loads_the_reference_data(self):

        setup()

        assert Sdg.objects.count() == 17

    def test_takes_the_organisation_that_is_there_and_makes_it_a_member(self):
        there = OrganisationFactory(name="Share it")

        setup(organisation="share  it")

        there.refresh_from_db()
        assert there.is_member
        assert Membership.objects.filter(organisation=there).count() == 2

    def test_speaks_the_language_that_was_asked_for(self):
        assert "Choisissez votre mot de passe ici" in setup(language="fr")


class TestRefusals:
    def test_a_second_time_changes_nothing(self):
        setup()

        with pytest.raises(CommandError, match="has an administrator already"):
            setup(organisation="Mine", full_name="Me", email="me@example.org")
        assert User.objects.count() == Organisation.objects.count() == 1

    def test_a_second_time_asks_nothing_before_it_refuses(self):
        setup()

        with pytest.raises(CommandError, match="has an administrator already"):
            setup(**dict.fromkeys(GIVEN))

    @pytest.mark.parametrize(
        ("changes", "option"),
        [
            ({"email": "no address"}, "--email"),
            ({"full_name": "\u4e2d\u6587"}, "Latin letters"),
            ({"organisation": "x" * 400}, "--organisation"),
        ],
    )
    def test_what_cannot_be_is_named_and_nothing_is_saved(self, changes, option):
        with pytest.raises(CommandError, match=option):
            setup(**changes)
        assert not User.objects.exists()
        assert not Organisation.objects.exists()

    def test_a_closed_account_is_not_opened_by_it(self):
        UserFactory(email="zoe@example.org", is_active=False)

        with pytest.raises(CommandError, match="closed"):
            setup()

    @pytest.mark.parametrize("name", GIVEN)
    def test_nothing_is_asked_of_a_script(self, name):
        with pytest.raises(CommandError, match="is missing"):
            setup(**{name: None})
        assert not User.objects.exists()


class TestRelink:
    def test_gives_an_administrator_another_link(self, client):
        setup()

        path = link_in(setup(relink=True, organisation=None, full_name=None))

        assert client.get(path, follow=True).status_code == 200
        assert User.objects.count() == 1

    def test_refuses_whoever_does_not_administer(self):
        setup()
        person_as(Role.COORDINATOR, email="other@example.org")

        for email in ("other@example.org", "nobody@example.org"):
            with pytest.raises(CommandError, match="No administrator has this address"):
                setup(relink=True, email=email)

    def test_refuses_where_nothing_is_set_up(self):
        with pytest.raises(CommandError, match="set it up first"):
            setup(relink=True)
