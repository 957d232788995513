"""Several people in the same moment. SQLite lets one writer in at a time, so only PostgreSQL shows what goes wrong."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from crm.domain.refusals import Refused

on_postgres = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite has one writer at a time: there is no race to lose",
    ),
]


def at_once(*acts):
    """Run all acts in the same moment, each with a connection of its own: what each gave or raised."""
    start, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            start.wait(timeout=10)
            outcomes[place] = act()
        except Exception as raised:
            outcomes[place] = raised
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def unexpected(outcomes):
    """What was raised that is no refusal."""
    return [
        outcome
        for outcome in outcomes
        if isinstance(outcome, Exception) and not isinstance(outcome, Refused)
    ]
