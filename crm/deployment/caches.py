"""The cache: this process's own memory, or one for all in Redis, without which pages are served all the same."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.core.exceptions import ImproperlyConfigured

from crm.deployment.environment import Environment

OWN = "django.core.cache.backends.locmem.LocMemCache"
SHARED = "crm.deployment.caches.Shared"
SECONDS = 1.0  # that Redis is waited for
LEFT_ALONE = 5.0  # seconds, after it did not answer
Given = TypeVar("Given")
logger = logging.getLogger(__name__)


def caches_of(env: Environment) -> dict[str, dict[str, Any]]:
    """CACHES, as the environment has it."""
    address = env.secret("REDIS_URL")
    if not address:
        return {"default": {"BACKEND": OWN}}
    env.needs("redis", setting="REDIS_URL", file="redis")
    if not address.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured("REDIS_URL is redis://user:password@host:port/number.")
    waits = {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
    return {"default": {"BACKEND": SHARED, "LOCATION": address, "OPTIONS": waits}}


class Client(RedisCacheClient):
    """Where Redis does not answer, nothing is in the cache and nothing is kept; it is asked again some seconds later.

    So whoever counts or locks in the cache gets no: `add` says that somebody else was first, `incr` that there is no
    such count.
    """

    def __init__(self, servers: list[str], **options: Any):
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError
        from redis.retry import Retry

        self._redis_error = RedisError
        super().__init__(servers, retry=Retry(NoBackoff(), 0), **options)
        self._away_until = 0.0

    def _or(self, otherwise: Given, act: Callable[[], Given]) -> Given:
        if monotonic() < self._away_until:
            return otherwise
        try:
            return act()
        except self._redis_error as error:
            self._away_until = monotonic() + LEFT_ALONE
            logger.warning(
                "The shared cache does not answer.", extra={"trouble": type(error).__name__}
            )
            return otherwise

    def answers(self) -> bool:
        self._away_until = 0.0
        return self._or(False, lambda: bool(self.get_client(write=True).ping()))

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        return self._or(False, lambda: super(Client, self).add(key, value, timeout))

    def get(self, key: Any, default: Any) -> Any:
        return self._or(default, lambda: super(Client, self).get(key, default))

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._or(None, lambda: super(Client, self).set(key, value, timeout))

    def touch(self, key: Any, timeout: Any) -> bool:
        return self._or(False, lambda: super(Client, self).touch(key, timeout))

    def delete(self, key: Any) -> bool:
        return self._or(False, lambda: super(Client, self).delete(key))

    def get_many(self, keys: Any) -> dict[Any, Any]:
        return self._or({}, lambda: super(Client, self).get_many(keys))

    def has_key(self, key: Any) -> bool:
        return self._or(False, lambda: super(Client, self).has_key(key))

    def incr(self, key: Any, delta: int) -> int:
        count = self._or(None, lambda: super(Client, self).incr(key, delta))
        if count is None:
            raise ValueError("The shared cache does not answer: there is no such count.")
        return count

    def set_many(self, data: Any, timeout: Any) -> None:
        self._or(None, lambda: super(Client, self).set_many(data, timeout))

    def delete_many(self, keys: Any) -> None:
        self._or(None, lambda: super(Client, self).delete_many(keys))

    def clear(self) -> bool:
        return self._or(False, lambda: super(Client, self).clear())


class Shared(RedisCache):
    def __init__(self, server: Any, params: dict[str, Any]):
        super().__init__(server, params)
        self._class = Client

    def answers(self) -> bool:
        """Whether Redis does, at this moment."""
        client: Any = self._cache
        return bool(client.answers())
