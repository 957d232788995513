"""One way to answer a form on a page of its own, whichever app it is of."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage

from crm.domain.refusals import Refused
from crm.views.access import FormPage, answer_form

PAGE = FormPage("Add a day", "Add the day", back="/days/", done="Added.", context={"read": ["x"]})


class DayForm(forms.Form):
    title = forms.CharField()


@pytest.fixture
def answer(rf):
    def answer(data=None, act=lambda: None, page=PAGE):
        request = rf.get("/days/add/") if data is None else rf.post("/days/add/", data)
        request._messages = CookieStorage(request)
        response = answer_form(request, DayForm(request.POST or None), act, page)
        return response, [str(message) for message in get_messages(request)]

    return answer


class TestAnswerForm:
    def test_shows_the_form_with_what_stands_around_it_and_does_nothing(self, answer):
        acts = []
        response, messages = answer(act=lambda: acts.append("done"))

        assert (response.status_code, response.template_name) == (200, "crm/form.html")
        context = {
            name: response.context_data[name] for name in ("heading", "verb", "back", "read")
        }
        assert context == {
            "heading": "Add a day",
            "verb": "Add the day",
            "back": "/days/",
            "read": ["x"],
        }
        assert (acts, messages) == ([], [])

    def test_once_it_is_done_one_is_back_with_its_message(self, answer):
        response, messages = answer({"title": "Monday"})

        assert (response.status_code, response.url) == (302, "/days/")
        assert messages == ["Added."]

    def test_act_may_give_another_place_to_go_to(self, answer):
        response, _messages = answer({"title": "Monday"}, act=lambda: "/days/7/")

        assert response.url == "/days/7/"

    def test_refused_input_answers_422_and_does_nothing(self, answer):
        acts = []
        response, messages = answer({"other": "x"}, act=lambda: acts.append("done"))

        assert response.status_code == 422
        assert list(response.context_data["form"].errors) == ["title"]
        assert (acts, messages) == ([], [])

    def test_what_act_refuses_stands_at_its_field_with_what_was_typed(self, answer):
        def act():
            raise Refused({"title": "There is such a day."})

        response, messages = answer({"title": "Monday"}, act=act)

        form = response.context_data["form"]
        assert (response.status_code, form["title"].value()) == (422, "Monday")
        assert (form.errors["title"], messages) == (["There is such a day."], [])
