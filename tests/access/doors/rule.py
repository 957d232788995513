"""One rule, one refusal: whatever door one comes by, the same words in the reader's language, and nothing changed.

A row of the tables beside this module sets a world up so that one rule of the guides stands in the way;
`told_at_every_door` asks the service, the page and the API. Where the stock administration edits the same model it is
asked in `test_administration.py`.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.html import escape

from crm.domain.refusals import Refused, by_field
from crm.domain.roles import Role
from tests.access.routes import all_routes
from tests.access.test_access import fingerprint
from tests.api_client import ReadingBrowser
from tests.drawn_forms import drawn_form

DAY = timedelta(days=1)
ROUTE = {route.name: route for route in all_routes()}


@dataclass(frozen=True)
class Rule:
    """`service(found, by)` acts on the object; `page` is (route,), and None where the page draws no form in that state;
    `api` is (route, method) and, where it is asked of another object, the kind of that. `prepare(world)` comes first;
    where a form is `drawn` with what is saved, what is sent is typed over that; what it calls otherwise is `typed`,
    of the world as `sent` is. `query` is what a page that has no key in its address is asked for, of the world too;
    `api` is None where the API has no such verb.
    """

    of: str
    service: object
    page: tuple
    api: tuple
    sent: object
    role: str = Role.COORDINATOR
    prepare: object = None
    words: tuple = ()
    drawn: bool = False
    typed: object = None
    query: object = None


def today():
    return timezone.localdate()


def tomorrow():
    return today() + DAY


def of_the_engagement(facts):
    """A page is about one engagement; the API is told which."""
    return lambda w: {"engagement": w.objects["engagement"].pk} | facts(w)


def by_name(engagement, start):
    return engagement.assignments.get(volunteer__user__full_name__startswith=start).volunteer


def told_at_every_door(world, rule):
    """What the service says, in each language: the page and the API say the same, and nothing changes.

    Where the service names other verbs, the page links them, and they open.
    """
    if rule.prepare:
        rule.prepare(world)
    for row in world.objects.values():
        if isinstance(row, Model):
            row.refresh_from_db()
    by, found = world.people[rule.role], world.objects[rule.of]
    clients = {
        language: ReadingBrowser(headers={"accept-language": language}) for language in ("fr", "en")
    }
    for client in clients.values():
        client.force_login(by)
    sent, before, told = rule.sent(world), fingerprint(), {}

    for language, client in clients.items():
        with translation.override(language):
            refused = told_by_service(rule, found, by)
            told[language] = sentences_of(refused)
        assert told[language]
        if rule.page:
            typed = rule.typed(world) if rule.typed else sent
            asked = rule.query(world) if rule.query else ""
            answer = told_by_page(client, rule, found, typed, asked)
            said = answered(answer)
            for name, page in getattr(refused, "links", []):
                assert f'<a href="{page}">{escape(name)}</a>' in answer.content.decode()
                assert client.get(page).status_code == 200
            assert said == told[language], said
        if rule.api:
            asked = world.objects[rule.api[2]] if rule.api[2:] else found
            said = told_by_api(client, rule, asked, sent)
            assert said == told[language], said

    assert fingerprint() == before
    return told


def told_by_service(rule, found, by):
    with pytest.raises(Refused) as refused:
        rule.service(found, by)
    return refused.value


def sentences_of(refused):
    return sorted(sentence for sentences in by_field(refused).values() for sentence in sentences)


def told_by_page(client, rule, found, sent, query=""):
    url = f"{ROUTE[rule.page[0]].url(found.pk, rule.words)}?{query}".removesuffix("?")
    if rule.drawn:
        return client.post(url, drawn_form(client.get(url), holding=["seen"]) | sent)
    return client.post(url, {"seen": getattr(found, "version", "")} | sent)


def answered(answer):
    """What a page says: beside its fields, or on the next page."""
    if answer.status_code == 302:
        return sorted(str(message) for message in get_messages(answer.wsgi_request))
    assert answer.status_code == 422, answer.status_code
    forms = [
        value
        for value in (answer.context_data or {}).values()
        if hasattr(value, "errors") and value.errors
    ]
    return sorted(
        str(error) for form in forms for errors in form.errors.values() for error in errors
    )


def told_by_api(client, rule, found, sent):
    name, method = rule.api[:2]
    answer = getattr(client, method)(
        ROUTE[name].url(found.pk), sent, content_type="application/json"
    )
    assert answer.status_code in {400, 409}, (answer.status_code, answer.content)
    problem = answer.json()
    found = problem.get("errors") or {"": [problem["title"]]}
    return sorted(sentence for sentences in found.values() for sentence in sentences)
