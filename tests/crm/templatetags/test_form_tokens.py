"""The two hidden fields of every form that Django's own templates draw."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory

from tests.crm.factories import UserFactory


def drawn_for(user):
    request = RequestFactory().get("/admin/")
    request.user = user
    return engines["django"].from_string("{% csrf_token %}").render({}, request)


@pytest.mark.django_db
def test_a_form_of_somebody_who_is_logged_in_says_for_whom_it_was_drawn():
    html = drawn_for(UserFactory())

    assert 'name="csrfmiddlewaretoken"' in html
    assert 'name="drawn"' in html


def test_a_form_without_an_account_has_the_guard_alone():
    html = drawn_for(AnonymousUser())

    assert 'name="csrfmiddlewaretoken"' in html
    assert 'name="drawn"' not in html
