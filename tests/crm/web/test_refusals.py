"""What a button is refused is told on the next page."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory

from crm.domain.refusals import Refused, Stale
from crm.web.refusals import refusals_shown


@pytest.fixture
def request_():
    request = RequestFactory().post("/")
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def refuse(sentences):
    raise Refused(sentences)


def told(request):
    return [(message.level_tag, message.message) for message in get_messages(request)]


def test_a_refusal_is_told_in_its_words_and_what_follows_is_left_out(request_):
    done = []
    with refusals_shown(request_):
        done.append("before")
        refuse({"to": ["Appoint a lead first.", "Write down the costs."]})
        done.append("after")

    assert done == ["before"]
    assert told(request_) == [("error", "Appoint a lead first. Write down the costs.")]


def test_nobody_is_told_to_compare_words_behind_a_button(request_):
    with refusals_shown(request_):
        raise Stale(None)

    [(_level, words)] = told(request_)
    assert "the button did nothing" in words
    assert "compare" not in words


def test_a_verb_that_says_itself_what_is_stale_keeps_its_words(request_):
    with refusals_shown(request_):
        raise Stale(None, "Somebody else ended it.")

    assert told(request_) == [("error", "Somebody else ended it.")]


def test_a_fault_is_no_refusal(request_):
    with pytest.raises(ZeroDivisionError), refusals_shown(request_):
        _ = 1 / 0
