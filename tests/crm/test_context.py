"""What the shell of every page shows: where one can go, and where one comes back to."""

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from django.urls import reverse

from crm import context
from crm.domain.roles import Role
from tests.crm.factories import OrganisationFactory, person_as


def asked(path="/", user=None, **headers):
    request = RequestFactory().get(path, headers=headers)
    request.user = user
    return request


@pytest.mark.django_db
class TestPlaces:
    def nav_of(self, user, path="/"):
        return context.shell(asked(path, user))["shell"]["nav"]

    def test_are_those_of_the_role_alone(self):
        funder = {entry.url for entry in self.nav_of(person_as(Role.FUNDER))}

        assert funder == {
            reverse(name) for name in ("crm:home", "impact:summary", "crm:organisation-list")
        }

    def test_stay_marked_on_the_pages_below_them(self, coordinator):
        here = self.nav_of(coordinator, reverse("crm:organisation-create"))

        assert [entry.url for entry in here if entry.current] == [reverse("crm:organisation-list")]

    def test_begin_with_the_week_for_whoever_is_lent(self):
        first, *_others = self.nav_of(person_as(Role.VOLUNTEER))

        assert first.url == reverse("volunteers:week")

    def test_that_a_phone_has_no_room_for_are_the_last_ones(self, coordinator):
        shell = context.shell(asked(user=coordinator))["shell"]

        assert shell["nav"] == [*shell["nav"][: context.ON_PHONE], *shell["more"]]
        assert shell["more"]


class TestHere:
    def test_is_the_page_with_its_filters(self):
        assert context.here(asked("/requests/?q=menus")) == "/requests/?q=menus"

    @pytest.mark.parametrize(
        ("referer", "here"),
        [
            ("http://testserver/requests/7/", "http://testserver/requests/7/"),
            ("https://evil.example/requests/7/", "/"),
            ("", "/"),
        ],
    )
    def test_of_a_refused_form_is_the_page_that_it_stood_on_and_no_other_site(self, referer, here):
        request = RequestFactory().post("/requests/7/note/", headers={"referer": referer})

        assert context.here(request) == here


@pytest.mark.django_db
def test_whether_the_demo_is_loaded_is_asked_once(django_assert_num_queries):
    cache.delete("is-demo")
    OrganisationFactory(is_fictional=True)

    with django_assert_num_queries(1):
        assert [context.is_demo(), context.is_demo()] == [True, True]
