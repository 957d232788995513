"""The Monday page says how many others there are, and leads to them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.today import MAX_ROWS
from crm.models import Snooze
from engagements.todos import todos_of
from tests.engagements.factories import EngagementFactory, RunningCostFactory

DAY = date(2026, 11, 27)
HOME = reverse("crm:home")


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def page(self, client, coordinator, member):
        for _n in range(67):
            EngagementFactory(
                member=member, coordinator=coordinator, last_news_on=DAY - timedelta(days=200)
            )
        client.force_login(coordinator)
        return client

    def get(self, page, **query):
        return page.get(HOME, query, headers={"accept-language": "en"}).content.decode()

    def test_says_how_many_others_there_are_and_not_that_this_is_all(self, page):
        html = self.get(page)

        assert html.count('action="/needs/later/"') == MAX_ROWS
        assert f"See the {67 - MAX_ROWS} others" in html
        assert "67 things wait for you" in html
        assert "That is all" not in html
        assert len(html.encode()) < 250_000

    def test_shows_all_of_them_page_by_page(self, page):
        whole = self.get(page, all="1")
        rest = self.get(page, all="1", **{"from": "50"})

        assert (whole.count('action="/needs/later/"'), rest.count('action="/needs/later/"')) == (
            50,
            17,
        )
        assert "from=50" in whole
        assert "See the" not in rest

    @pytest.mark.parametrize("start", ["-1", "x", "999999999999", "²", "67"])
    def test_an_odd_start_is_the_first_page(self, page, start):
        assert self.get(page, all="1", **{"from": start}).count('action="/needs/later/"') == 50


@pytest.mark.django_db
class TestWords:
    """The page says that nothing else waits only where that is so."""

    def text(self, client, person):
        client.force_login(person)
        return client.get(HOME, headers={"accept-language": "en"}).content.decode()

    def test_an_empty_first_day_says_what_will_stand_here(self, client, coordinator):
        text = self.text(client, coordinator)

        assert "That is all" not in text
        assert "What asks for something of you comes up here" in text

    def test_what_is_put_off_is_not_nothing(self, client, coordinator, member):
        for _n in range(2):
            EngagementFactory(member=member, last_news_on=DAY - timedelta(days=200))
        assert "That is all: nothing else waits for you." in self.text(client, coordinator)
        (todo, _other) = todos_of(coordinator, timezone.localdate())
        until = timezone.localdate() + timedelta(days=2)
        client.post("/needs/later/", {"key": todo.key, "title": todo.title, "until": until})

        text = self.text(client, coordinator)

        assert "That is all" not in text
        assert "Nothing else waits for you but what is put off." in text


@pytest.mark.django_db
class TestRow:
    @pytest.fixture
    def as_coordinator(self, client, coordinator):
        client.force_login(coordinator)
        return client

    @pytest.fixture
    def engagement(self, member, coordinator):
        engagement = EngagementFactory(
            member=member, coordinator=coordinator, last_news_on=DAY - timedelta(days=200)
        )
        soon = timezone.localdate() + timedelta(days=30)
        RunningCostFactory.create_batch(2, engagement=engagement, free_until=soon)
        return engagement

    def test_one_filled_button_and_one_row_for_all_of_an_engagement(
        self, as_coordinator, engagement
    ):
        html = as_coordinator.get(HOME, headers={"accept-language": "en"}).content.decode()

        assert html.count('class="button"') == 1
        assert html.count('action="/needs/later/"') == 1
        assert "2 credits that end" in html

    def test_a_row_is_put_off_as_a_whole(self, as_coordinator, engagement, coordinator):
        keys = [todo.key for todo in todos_of(coordinator, timezone.localdate())]
        tomorrow = timezone.localdate() + timedelta(days=1)
        sent = {"key": " ".join(keys), "title": "Row", "until": tomorrow}

        as_coordinator.post("/needs/later/", sent)

        assert len(keys) == 3
        assert set(Snooze.objects.values_list("key", flat=True)) == set(keys)
        assert engagement.title in Snooze.objects.get(key=keys[0]).title

    def test_a_key_that_is_none_puts_nothing_off(self, as_coordinator, engagement, coordinator):
        key = todos_of(coordinator, timezone.localdate())[0].key
        tomorrow = timezone.localdate() + timedelta(days=1)

        as_coordinator.post(
            "/needs/later/", {"key": f"{key} nonsense", "title": "Row", "until": tomorrow}
        )

        assert not Snooze.objects.exists()
