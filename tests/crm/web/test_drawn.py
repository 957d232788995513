"""The signed field of a form: for whom and on which page it was drawn."""

import pytest
from django.test import RequestFactory

from crm.web.drawn import MAX_LENGTH, drawn_of, token_of
from tests.crm.factories import UserFactory

BROWSER = RequestFactory()


@pytest.fixture
def user():
    return UserFactory.build(pk=7)


def page(path, user):
    request = BROWSER.get(path)
    request.user = user
    return request


def sent(token, user, path="/engagements/7/change/"):
    request = BROWSER.post(path, {"drawn": token})
    request.user = user
    return request


def test_names_its_person_and_its_page_and_has_a_key_of_its_own(user):
    first, second = (
        drawn_of(sent(token_of(page("/engagements/7/?tab=a", user)), user)) for _turn in range(2)
    )

    assert (first.user, first.page) == (7, "/engagements/7/?tab=a")
    assert first.key != second.key


def test_of_a_refused_form_names_the_page_that_the_form_was_on(user):
    refused = sent(token_of(page("/engagements/7/", user)), user)

    again = drawn_of(sent(token_of(refused), user))

    assert again.page == "/engagements/7/"


def test_of_a_page_with_too_long_an_address_names_none(user):
    token = token_of(page("/requests/?q=" + "a" * MAX_LENGTH, user))

    assert drawn_of(sent(token, user)).page == "/"


@pytest.mark.parametrize("token", ["", "nonsense", "WzEsICIvIiwgIngiXQ:1tabc:forged"])
def test_that_we_did_not_sign_is_none(user, token):
    assert drawn_of(sent(token, user)) is None


def test_of_a_body_that_stays_unread_is_none(user):
    request = sent(token_of(page("/", user)), user)
    request.stays_unread = True

    assert drawn_of(request) is None
