"""Numbers for Prometheus, for whoever has the token; for everybody else the address does not exist."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured

from crm.models import SupportRequest
from tests.crm.factories import SupportRequestFactory
from tests.engagements.factories import EngagementFactory
from tests.production import settings_of

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-many-letters"
LINE = re.compile(r'(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"]*"\})? [0-9.e+]+)')


@pytest.fixture
def read(client, settings):
    settings.METRICS_TOKEN = TOKEN

    def read(token=TOKEN):
        return client.get(
            "/metrics", headers={"authorization": f"Bearer {token}", "host": "10.0.0.1"}
        )

    return read


def numbers(answer):
    lines = answer.content.decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))


class TestMetrics:
    def test_count_what_is_open(self, read):
        request = SupportRequestFactory()
        EngagementFactory()

        found = numbers(read())

        assert SupportRequest.objects.open().count() == 1
        assert found[f'relais_requests_open{{waiting_for="{request.waiting_for}"}}'] == "1"
        assert found['relais_engagements{stage="scoping"}'] == "1"
        assert found['relais_ready{probe="database"}'] == "1"

    def test_are_in_the_format_of_prometheus(self, read):
        answer = read()

        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
        assert [
            line for line in answer.content.decode().splitlines() if not LINE.fullmatch(line)
        ] == []

    @pytest.mark.parametrize("size", [1, 7])
    def test_queries_do_not_grow(self, read, size, django_assert_num_queries):
        EngagementFactory.create_batch(size)

        with django_assert_num_queries(11):
            read()

    def test_do_not_exist_without_the_token(self, read, client):
        assert [read(token).status_code for token in ("", "another", f"{TOKEN}x")] == [400] * 3
        assert client.get("/metrics").status_code == 404

    def test_do_not_exist_where_no_token_is_set(self, read, settings):
        settings.METRICS_TOKEN = ""

        assert read("").status_code == 400

    def test_say_what_is_out_of_order(self, read, settings):
        settings.READY_PROBES = {**settings.READY_PROBES, "database": "crm.no.such.probe"}

        found = numbers(read())

        assert found['relais_ready{probe="database"}'] == "0"
        assert not any(name.startswith("relais_requests") for name in found)


def test_a_token_is_not_guessed():
    with pytest.raises(ImproperlyConfigured, match="RELAIS_METRICS_TOKEN"):
        settings_of(RELAIS_METRICS_TOKEN="short")
