"""A cache for several processes, and what becomes of the pages when it does not answer."""

import socket
import sys
import time
from contextlib import contextmanager
from threading import Thread

import pytest
from django.core.cache import caches
from fakeredis import TcpFakeServer

from crm.context import is_demo
from tests.crm.deployment.refused import refusal
from tests.crm.factories import OrganisationFactory
from tests.journeys.site import free_port
from tests.production import settings_of


@contextmanager
def redis():
    """The address of one that answers."""
    server = TcpFakeServer(("127.0.0.1", free_port()))
    Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def silent_redis():
    """The address of one that takes connections and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


@pytest.fixture
def use(settings):
    """A cache as the settings make it of that address."""

    def use(address):
        settings.CACHES = settings_of(REDIS_URL=address)["CACHES"]
        return caches["default"]

    return use


def test_is_this_process_where_nothing_is_set():
    assert settings_of(REDIS_URL="")["CACHES"]["default"]["BACKEND"].endswith("LocMemCache")


def test_says_how_its_package_is_installed_where_it_is_not(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)

    words = refusal(REDIS_URL="redis://127.0.0.1:6379")

    assert "REDIS_URL" in words
    assert "requirements/redis.txt" in words


def test_an_address_that_is_none_is_refused():
    assert "REDIS_URL" in refusal(REDIS_URL="127.0.0.1:6379")


def test_is_shared(use):
    with redis() as address:
        use(address).set_many({"one": 1, "two": [2]}, timeout=60)

        cache = use(address)
        assert cache.get_many(["one", "two", "three"]) == {"one": 1, "two": [2]}
        assert (cache.incr("one"), cache.add("one", 5), cache.add("four", 4)) == (2, False, True)
        assert ("four" in cache, cache.touch("four", 9), cache.delete("four")) == (True, True, True)
        cache.delete_many(["one"])
        assert cache.get("one", "gone") == "gone"
        assert cache.answers()
        assert cache.clear()


def test_holds_nothing_where_nobody_answers_and_gives_no_lock(use):
    cache = use(f"redis://127.0.0.1:{free_port()}/0")

    cache.set("one", 1)
    cache.set_many({"one": 1})
    cache.delete_many(["one"])
    assert cache.get("one", "nothing") == "nothing"
    assert cache.get_many(["one"]) == {}
    assert (cache.add("lock", 1), cache.touch("one"), cache.delete("one")) == (False, False, False)
    assert ("one" in cache, cache.clear(), cache.answers()) == (False, False, False)
    with pytest.raises(ValueError):
        cache.incr("tries")
    assert cache.get_or_set("one", lambda: 7) == 7


def test_is_waited_for_once_and_then_left_alone(use):
    with silent_redis() as address:
        cache = use(address)
        began = time.monotonic()
        for _each in range(50):
            cache.get("one")

        assert time.monotonic() - began < 3


@pytest.mark.django_db
def test_pages_are_shown_and_say_what_is_so_where_it_does_not_answer(use, client):
    use(f"redis://127.0.0.1:{free_port()}/0")
    OrganisationFactory(is_fictional=True)

    assert client.get("/login/").status_code == 200
    assert is_demo()
