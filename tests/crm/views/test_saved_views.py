"""The views that a person saves of the list of engagements."""

import pytest
import turbohtml
from django.urls import reverse

from crm.domain.roles import Role
from crm.models import SavedView
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory

pytestmark = pytest.mark.django_db

LIST, CREATE = reverse("engagements:engagement-list"), reverse("crm:view-create")
PAGE = "engagements:engagement-list"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def two(member, coordinator):
    vacant = EngagementFactory(member=member, coordinator=coordinator, title="Without a lead")
    led = EngagementFactory(member=member, coordinator=coordinator, title="Led")
    LeadAppointmentFactory(engagement=led)
    return vacant, led


@pytest.fixture
def as_coordinator(client, coordinator):
    client.force_login(coordinator)
    return client


def save(client, name="Nobody leads", query="needs=vacant"):
    return client.post(CREATE, {"page": PAGE, "query": query, "name": name}, headers=ENGLISH)


def shown(client, address):
    response = client.get(address, headers=ENGLISH)
    return [engagement.title for engagement, _health in response.context_data["rows"]]


def test_nothing_is_there_until_something_is_chosen(as_coordinator, two):
    assert "Saved views" not in as_coordinator.get(LIST, headers=ENGLISH).content.decode()

    page = turbohtml.parse(
        as_coordinator.get(f"{LIST}?needs=vacant", headers=ENGLISH).content.decode()
    )
    [link] = [each for each in page.select("a") if each.text.strip() == "Save this view"]
    form = turbohtml.parse(as_coordinator.get(link.attrs["href"]).content.decode())
    kept = {each.attrs["name"]: each.attrs["value"] for each in form.select("main [type=hidden]")}
    assert (kept["page"], kept["query"]) == (PAGE, "needs=vacant")


def test_saved_it_is_open_and_one_tap_away(as_coordinator, two):
    answer = save(as_coordinator)

    assert answer.url == f"{LIST}?needs=vacant"
    assert shown(as_coordinator, answer.url) == ["Without a lead"]
    page = as_coordinator.get(answer.url, headers=ENGLISH).content.decode()
    assert "Remove this view" in page
    assert "Save this view" not in page
    assert "Nobody leads" in as_coordinator.get(LIST, headers=ENGLISH).content.decode()


def test_what_is_refused_keeps_what_was_typed(as_coordinator):
    answer = save(as_coordinator, query="sort=title")

    assert answer.status_code == 422
    assert "Choose a filter" in answer.content.decode()
    assert 'value="Nobody leads"' in answer.content.decode()


def test_of_no_page_one_comes_home(as_coordinator):
    for query in ("", "?page=crm:home", "?page=nowhere"):
        assert as_coordinator.get(CREATE + query).url == reverse("crm:home")


def test_renamed_and_removed(as_coordinator, two):
    save(as_coordinator)
    view = SavedView.objects.get()

    as_coordinator.post(reverse("crm:view-change", args=[view.pk]), {"name": "To find a lead for"})
    assert SavedView.objects.get().name == "To find a lead for"

    answer = as_coordinator.post(reverse("crm:view-delete", args=[view.pk]), headers=ENGLISH)
    assert not SavedView.objects.exists()
    page = as_coordinator.get(answer.url, headers=ENGLISH).content.decode()
    assert "The view “To find a lead for” is removed." in page
    assert "Save this view" in page


def test_they_are_nobody_elses(as_coordinator, client, two, member):
    save(as_coordinator)
    view = SavedView.objects.get()

    client.force_login(person_as(Role.COORDINATOR, organisation=member))

    assert "Nobody leads" not in client.get(LIST).content.decode()
    assert client.post(reverse("crm:view-delete", args=[view.pk])).status_code == 404
    assert client.get(reverse("crm:view-change", args=[view.pk])).status_code == 404


def test_a_word_that_is_markup_stays_a_word(as_coordinator, two):
    save(as_coordinator, name="<b>&", query="needs=vacant")
    assert "&lt;b&gt;&amp;" in as_coordinator.get(LIST).content.decode()
