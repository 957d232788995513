"""The way in to a page, and the page of a form, whichever app it is of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from crm.forms.refusals import refusals_in

form_page = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class FormPage:
    """What stands around a form on a page of its own, and what comes after it.

    `verb` is the text of its button. `back` is the address one returns to, by “Cancel” or once it is done; `done` is
    the message one finds there. `context` is what the template takes besides.
    """

    heading: str
    verb: str
    back: str
    done: str = ""
    template: str = "crm/form.html"
    context: Mapping[str, Any] = field(default_factory=dict)


def answer_form(
    request: HttpRequest, form: BaseForm, act: Callable[[], Any], page: FormPage
) -> HttpResponse:
    """Show a form, or do what it asks.

    `act` writes. It may give where to go next, as `redirect` takes it; else it gives None, and one goes to
    `page.back`. Refused input, and what `act` refuses, answers 422: the page again, with what was typed and the
    reasons at their fields.
    """
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            place = act()
            if page.done:
                messages.success(request, page.done)
            return redirect(place or page.back)
    return show_form(request, form, page)


def show_form(request: HttpRequest, form: BaseForm, page: FormPage) -> TemplateResponse:
    """The page of a form, answering 422 where its input was refused."""
    context = {"form": form, "heading": page.heading, "verb": page.verb, "back": page.back}
    status = 422 if form.errors else 200
    return TemplateResponse(request, page.template, context | dict(page.context), status=status)
