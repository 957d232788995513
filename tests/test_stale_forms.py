"""Somebody else saved while a form was open: whatever the form, neither of the two loses what they wrote.

The forms are found by the table of pages: each that says which version was read is opened, overtaken and sent again.
"""

import pytest
from django import forms
from django.db import models
from django.test import Client

from crm.audit import write
from crm.forms.fields import ModelForm
from tests.access.expectations import ADMIN, PAGES
from tests.access.routes import all_routes
from tests.access.test_access import key_of
from tests.access.world import build_onlookers, build_world
from tests.crm.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
INCOMPLETE = {
    "engagements:survival-answer",
    "impact:measurement-change",
}  # the world's rows lack what they ask for


@pytest.fixture
def world():
    world = build_world("S")
    build_onlookers(world)
    return world


@pytest.fixture
def client(world):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people[ADMIN])
    return client


def form_of(response):
    """The form of a page that changes a row and says which version was read, or None."""
    form = response.context and response.context.get("form")
    if isinstance(form, ModelForm) and "seen" in form.fields and form.instance.pk:
        return form
    return None


def sent(form):
    """What a browser sends of the form as it stands."""
    data = {}
    for name in form.fields:
        field = form[name]
        widget, value = field.field.widget, field.value()
        if isinstance(widget, forms.CheckboxInput):
            data |= {field.html_name: "on"} if value else {}
            continue
        written = widget.format_value(value)
        data[field.html_name] = written if written is not None else ""
        if field.field.show_hidden_initial:
            data[field.html_initial_name] = (
                widget.format_value(form.get_initial_for_field(field.field, name)) or []
            )
    return data


def texts_of(form):
    """The columns that anybody may fill with words."""
    return [
        name
        for name in form.fields
        for column in form.instance._meta.concrete_fields
        if column.name == name
        and type(column) in {models.CharField, models.TextField}
        and type(form.fields[name]) is forms.CharField
        and not column.choices
        and (column.max_length or 1_000) >= 100
        and not isinstance(form.fields[name].widget, forms.HiddenInput)
    ]


def test_every_form_keeps_both(client, world):
    tried, wrong = [], []
    for route in all_routes():
        row = PAGES.get(route.name)
        if row is None or row.link or not (row.get and row.post):
            continue
        url = route.url(key_of(world, row), row.words)
        form = form_of(client.get(url))
        if form is None or len(texts_of(form)) < 2 or route.name in INCOMPLETE:
            continue
        tried.append(route.name)
        wrong += [f"{route.name}: {fault}" for fault in overtaken(client, url, form)]
    assert wrong == [], "\n".join(wrong)
    assert len(tried) >= 12, tried


def overtaken(client, url, form):
    theirs, mine, *_others = texts_of(form)
    data = sent(form)
    saved = type(form.instance)._base_manager.get(pk=form.instance.pk)
    setattr(saved, theirs, "Written by the other")
    write.save(saved, by=UserFactory(), why="Meanwhile", fields=[theirs])

    answer = client.post(url, data | {mine: "Written by me", "why": "Because"})

    if answer.status_code != 422:
        return [f"{answer.status_code} where it was overtaken"]
    again = answer.context["form"]
    faults = (
        []
        if ("Written by the other" in answer.content.decode())
        else ["does not show what is there now"]
    )
    if again[theirs].value() != "Written by the other":
        faults.append(f"offers the old {theirs}")
    if again[mine].value() != "Written by me":
        faults.append(f"loses {mine}")
    client.post(url, sent(again) | {"why": "Because"})
    saved.refresh_from_db()
    if (getattr(saved, theirs), getattr(saved, mine)) != ("Written by the other", "Written by me"):
        faults.append(f"saved {getattr(saved, theirs)!r} and {getattr(saved, mine)!r}")
    return faults
