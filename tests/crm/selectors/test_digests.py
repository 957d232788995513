"""Signed links in mails, by which a person stops them without logging in."""

import pytest
from django.core import signing

from crm.selectors.digests import DIGEST, is_of_week, reader_of_digest, token_of_digest
from tests.crm.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_link_is_of_its_person_and_of_its_mail():
    user = UserFactory()
    todos, week = token_of_digest(user), token_of_digest(user, of_week=True)

    assert reader_of_digest(todos) == reader_of_digest(week) == user
    assert (is_of_week(todos), is_of_week(week)) == (False, True)


def test_a_link_that_was_made_for_something_else_stops_nothing():
    user = UserFactory()

    assert reader_of_digest(signing.dumps([user.pk, None], salt="another")) is None
    assert reader_of_digest(token_of_digest(user) + "x") is None


def test_a_link_from_before_the_account_was_closed_stops_nothing_once_it_is_open_again():
    user = UserFactory()
    token = token_of_digest(user)
    user.is_active = False
    user.save()
    assert reader_of_digest(token) is None

    user.is_active = True
    user.save()

    assert reader_of_digest(token) is None
    assert reader_of_digest(token_of_digest(user)) == user


def test_the_links_of_older_mails_hold_a_number_alone_and_still_work():
    user = UserFactory()
    old = signing.dumps(user.pk, salt=DIGEST)

    assert reader_of_digest(old) == user
    assert not is_of_week(old)
