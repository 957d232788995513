"""For `dev.py mutants`: each run of the tests has its own copy of one migrated database, and sees the same examples."""

import gc
import os
import shutil
from functools import _lru_cache_wrapper
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

from impact.domain.statistics import rates

hypothesis.settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    # The same test runs again and again in one process.
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.differing_executors,
    ],
)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    template = os.environ["RELAIS_TEMPLATE"]
    config.kept_database = Path(f"{template}.{os.getpid()}")
    shutil.copy(template, config.kept_database)
    own = settings.DATABASES["default"].setdefault("TEST", {})
    own |= {"NAME": str(config.kept_database), "MIGRATE": False}  # it is migrated
    clear_caches()


def clear_caches():
    """Forget what the run before worked out: it is not what the fault would have worked out."""
    gc.unfreeze()  # mutmut freezes what it forks, and the collector then lists none of it
    functions = [each for each in gc.get_objects() if type(each) is _lru_cache_wrapper]
    if rates._rate_ratio not in functions:
        raise RuntimeError("The functions that keep their results were not found.")
    for function in functions:
        function.cache_clear()


def pytest_collection(session):
    """Before the tests are read, which keep the settings of that moment."""
    hypothesis.settings.load_profile("mutants")


def pytest_unconfigure(config):
    for name in ("", "-wal", "-shm", "-journal"):
        Path(f"{config.kept_database}{name}").unlink(missing_ok=True)
