"""What a funder's portfolio costs as it grows: N engagements x 10 metrics x 36 months of published figures.

    python3 dev.py postgres -- .venv/bin/python -m benchmarks.portfolio --sizes 10,100,1000,10000
    DATABASE_URL=sqlite:////tmp/portfolio.sqlite3 .venv/bin/python -m benchmarks.portfolio

The database must be empty: it is migrated and filled, larger for each size in turn. Printed for the totals and for the
first page of ten engagements: statements, the median time of some runs, and the peak of Python's memory in a run of
its own (the database's own memory is not in it).
"""

import argparse
import os
import random
import sys
import time
import tracemalloc
from datetime import date
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from benchmarks import world  # noqa: E402
from benchmarks.world import MEMBERS, TODAY, insert  # noqa: E402
from crm.models import Organisation, Sdg, User  # noqa: E402
from engagements.models import Engagement, Milestone  # noqa: E402
from impact.models import Baseline, Funding, Indicator, Measurement, Metric, Overlap, reported_to  # noqa: E402
from impact.selectors import summaries, totals  # noqa: E402
from volunteers.models import WorkDay  # noqa: E402

A_PAGE = 10
AT_A_TIME = 100  # engagements: 36,000 figures in memory while they are made
INDICATORS = [  # kind, how it adds up, how its figures are read
    *[("count", "additive", "periods")] * 4,
    *[("count", "unique", "periods")] * 2,
    ("count", "additive", "cumulative"),
    ("amount", "additive", "periods"),
    *[("share", "never", "periods")] * 2,
]
FACTS = {
    "population": "all",
    "note_fr": "",
    "note_en": "",
    "source": "Base",
    "grade": "counted",
    "author": 1,
    "recorded_on": TODAY,
}


def begin():
    """What does not grow: the people, the parties and the library."""
    insert(
        Organisation, (world.organisation(n, 0, random.Random(0)) for n in range(1, MEMBERS + 6))
    )
    insert(User, (world.user(n) for n in range(1, 71)))
    world.people(1)
    Sdg.objects.get_or_create(
        number=8,
        defaults={
            "name_fr": "Travail",
            "name_en": "Work",
            "colour": "#A21942",
            "text_colour": "#FFFFFF",
        },
    )
    insert(Indicator, (indicator(n, *facts) for n, facts in enumerate(INDICATORS, 1)))


def indicator(n, kind, aggregation, reading):
    return {
        "id": n,
        "code": f"indicator-{n:02}",
        "name_fr": f"Indicateur {n}",
        "name_en": f"Indicator {n}",
        "unit_fr": "personnes",
        "unit_en": "people",
        "kind": kind,
        "aggregation": aggregation,
        "sdg": 8,
    }


def grow(first, last):
    """The engagements from `first` to `last`, with all that the two summaries read of them."""
    chance = random.Random(last)
    ids = range(first, last + 1)
    with transaction.atomic():
        insert(Organisation, (world.organisation(MEMBERS + 5 + n, last, chance) for n in ids))
        insert(Engagement, (world.engagement(n, last, 1, chance) for n in ids))
        insert(
            Funding,
            ({"funder": MEMBERS + 4, "engagement": n, "starts_on": date(2023, 1, 1)} for n in ids),
        )
        insert(Milestone, (milestone(n, k, last, chance) for n in ids for k in range(10)))
        team(ids)
        insert(Metric, (metric(n, k) for n in ids for k in range(1, len(INDICATORS) + 1)))
        insert(Baseline, (baseline(n, k) for n in ids for k in range(1, len(INDICATORS) + 1)))
        insert(
            Measurement,
            (row for n in ids for k in range(1, len(INDICATORS) + 1) for row in months(n, k)),
        )
        pairs = [n for n in ids if n % 10 == 0 and n > first]
        insert(Overlap, (overlap(n) for n in pairs))


def milestone(n, k, count, chance):
    return {**world.milestone(n, count, chance), "id": 10 * n + k, "engagement": n}


def team(ids):
    """One lent person; a hundred half-days for each engagement."""
    if ids[0] == 1:
        world.team(1, 1)
    insert(
        WorkDay,
        (
            {**world.work_day(n, 100), "assignment": 1, "day": date.fromordinal(700_000 + n)}
            for n in ids
        ),
    )


def key_of(n, k):
    return len(INDICATORS) * (n - 1) + k


def metric(n, k):
    reading = INDICATORS[k - 1][2]
    return {
        "id": key_of(n, k),
        "version": 1,
        "engagement": n,
        "indicator": k,
        "reading": reading,
        "position": k,
    }


def baseline(n, k):
    figure = figure_of(n, k, 0)
    window = {
        "window_start": date(2022, 1, 1),
        "window_end": date(2022, 12, 31),
        "exposure_months": 12,
    }
    return {"version": 1, "metric": key_of(n, k), "method": "measured", **figure, **window, **FACTS}


def months(n, k):
    for month, row in enumerate(world.monthly(key_of(n, k), FACTS)):
        yield {"version": 1, "total": None, "amount": None, **row, **figure_of(n, k, month)}


def figure_of(n, k, month):
    kind, _aggregation, reading = INDICATORS[k - 1]
    if kind == "amount":
        return {"count": None, "total": None, "amount": 100 + n % 90}
    count = (month + 1) * 5 if reading == "cumulative" else 3 + (n + month) % 9
    return {"count": count, "total": 20 if kind == "share" else None, "amount": None}


def overlap(n):
    unique = 5  # the first indicator of unique people
    facts = {"bound": "at-least", "people": 4, "source": "Lists", "author": 1, "recorded_on": TODAY}
    return {"version": 1, "first": key_of(n - 1, unique), "second": key_of(n, unique), **facts}


def measure(runs):
    """[(what, statements, median seconds, peak MiB of Python)]."""
    reader = User.objects.get(pk=world.FUNDER)
    reported = reported_to(reader)
    first = list(reported.select_related("beneficiary").order_by("sort_title", "pk")[:A_PAGE])
    works = {
        "totals": lambda: totals.portfolio_totals(reported),
        "first page": lambda: summaries.summarise(first),
    }
    return [(name, *cost_of(work, runs)) for name, work in works.items()]


def cost_of(work, runs):
    with CaptureQueriesContext(connection) as asked:
        work()
    spent = []
    for _turn in range(runs):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return len(asked), median(spent), peak


def without_limits():
    """Making millions of rows is no page; what is measured keeps the limit of a page."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")


def with_limits():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")


def fill(have, size):
    for first in range(have + 1, size + 1, AT_A_TIME):
        grow(first, min(first + AT_A_TIME - 1, size))


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes",
        default="10,100,1000",
        help="engagements, in growing order (default: 10,100,1000)",
    )
    parser.add_argument(
        "--runs", type=int, default=5, help="of which the median is told (default: 5)"
    )
    options = parser.parse_args(arguments)
    call_command("migrate", verbosity=0)
    if Engagement.objects.exists():
        sys.exit("This database is not empty: name another one in DATABASE_URL.")
    without_limits()
    begin()
    have = 0
    print(connection.vendor)
    print(
        f"{'engagements':>11} {'figures':>10}  {'what':<10} {'statements':>10} {'ms':>9} {'MiB':>7}"
    )
    for size in sorted(map(int, options.sizes.split(","))):
        began = time.perf_counter()
        without_limits()
        fill(have, size)
        have = size
        world.settle()
        with_limits()
        made = time.perf_counter() - began
        figures = Measurement.objects.count()
        for name, statements, seconds, peak in measure(options.runs):
            print(
                f"{size:>11} {figures:>10}  {name:<10} {statements:>10} {seconds * 1000:>9.1f} {peak:>7.2f}"
            )
        print(f"{'':>11} {'':>10}  made in {made:.0f} s", flush=True)


if __name__ == "__main__":
    main()
