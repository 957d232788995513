"""A believable instance at 1×, 10×, 100×: same shape, more of it. One funder's portfolio stays the same size.

Rows go in by COPY on PostgreSQL and executemany on SQLite: made, not measured.
"""

import random
from datetime import date, datetime, timedelta, timezone

from django.db import connection, transaction

from crm.domain.roles import Role
from crm.domain.text import normalise
from crm.models import Contact, Membership, Organisation, Sdg, User
from engagements.domain.stages import Stage
from engagements.models import (
    Engagement,
    LeadAppointment,
    Milestone,
    ProgressLog,
    Solution,
    TeamMember,
)
from impact.models import Baseline, Funding, Indicator, Measurement, Metric
from volunteers.models import Assignment, Volunteer, WorkDay

TODAY = date.today()  # noqa: DTZ011
NOW = datetime.now(timezone.utc)  # noqa: UP017
WORDS = (
    "Emploi",
    "Santé",
    "Forêt",
    "Œuvre",
    "Élan",
    "Relais",
    "Vélo",
    "École",
    "Numérique",
    "Solidarité",
    "Cœur",
    "Îlot",
)
STAGES = [
    Stage.SCOPING,
    Stage.DESIGN,
    Stage.BUILD,
    Stage.BUILD,
    Stage.LAUNCH,
    Stage.HANDOVER,
    Stage.AUTONOMOUS,
]
KEYED = [
    Organisation,
    User,
    Contact,
    Engagement,
    Milestone,
    ProgressLog,
    TeamMember,
    Assignment,
    Volunteer,
    Indicator,
    Metric,
]
MEMBERS = 10
PORTFOLIO = 50
METRICS = 5
MONTHS = 36


def insert(model, rows):
    """Many rows of one model, as {field: value} dictionaries with the same keys; other fields have their default."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.name in first or not (field.primary_key or field.generated)
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    prepared = (
        tuple(
            field.get_db_prep_save(
                row[field.name] if field.name in row else field.get_default(), connection
            )
            for field in fields
        )
        for row in [first, *rows]
    )
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in prepared:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(fields))
            cursor.executemany(
                f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'.replace("?", "%s"),
                list(prepared),
            )


def build(times):
    """Fill an empty, migrated database. The people that the measurements log in as have fixed e-mails."""
    chance = random.Random(times)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")  # making a million rows is no page
    count = 100 * times
    parties = MEMBERS + 5 + count
    insert(Organisation, (organisation(n, count, chance) for n in range(1, parties + 1)))
    insert(User, (user(n) for n in range(1, 10 * times + 61)))
    people(times)
    insert(Engagement, (engagement(n, count, times, chance) for n in range(1, count + 1)))
    insert(Contact, (contact(n) for n in range(1, count + 1)))
    insert(LeadAppointment, (lead(n) for n in range(1, count + 1) if n % 7))
    insert(Milestone, (milestone(n, count, chance) for n in range(1, 10 * count + 1)))
    insert(ProgressLog, (log(n, count) for n in range(1, 8 * count + 1)))
    insert(Solution, (solution(n) for n in range(1, count + 1)))
    team(count, times)
    insert(WorkDay, (work_day(n, count) for n in range(1, 100 * count + 1)))
    results(count, times)
    settle()


def organisation(n, count, chance):
    name = f"{chance.choice(WORDS)} {chance.choice(WORDS)} {n:05}"
    return {
        "id": n,
        "version": 1,
        "name": name,
        "search": normalise(name),
        "sort_name": normalise(name),
        "is_member": n <= MEMBERS,
        "is_sponsor": MEMBERS < n <= MEMBERS + 3,
        "is_funder": n in (MEMBERS + 4, MEMBERS + 5),
        "is_beneficiary": n > MEMBERS + 5,
        "ess_form": "association",
        "is_esus": False,
        "general_interest": "to-check",
        "postal_code": "75011",
        "city": "Paris",
        "website": "",
        "is_fictional": True,
    }


def user(n):
    return {
        "id": n,
        "password": "!",
        "is_superuser": False,
        "email": f"person{n}@bench.example",
        "full_name": f"Person {n}",
        "search": f"person {n}",
        "sort_name": f"person {n}",
        "is_active": True,
        "is_staff": False,
        "date_joined": NOW,
    }


COORDINATOR, FUNDER, VOLUNTEER = 1, 2, 51


def people(times):
    """Person 1 coordinates member 1; person 2 reads for the funder; from 51 on they are lent."""
    funder = MEMBERS + 4
    roles = [(COORDINATOR, 1, Role.COORDINATOR), (FUNDER, funder, Role.FUNDER)]
    roles += [(n, n - 1, Role.COORDINATOR) for n in range(3, MEMBERS + 2)]
    roles += [(n, MEMBERS + 1 + n % 3, Role.VOLUNTEER) for n in range(51, 10 * times + 61)]
    insert(
        Membership,
        (
            {"user": u, "organisation": o, "role": r, "is_head": False, "started_on": TODAY}
            for u, o, r in roles
        ),
    )


def engagement(n, count, times, chance):
    stage = STAGES[n % len(STAGES)]
    title = f"{chance.choice(WORDS)} {chance.choice(WORDS).lower()} {n:05}"
    return {
        "id": n,
        "version": 1,
        "title": title,
        "search": normalise(f"{title} besoin d un outil"),
        "sort_title": normalise(title),
        "beneficiary": MEMBERS + 5 + n,
        "member": 1 if n % 2 else 2 + n % (MEMBERS - 1),
        "coordinator": COORDINATOR,
        "stage": stage,
        "stage_entered_on": TODAY - timedelta(days=n % 200),
        "started_on": TODAY - timedelta(days=400 + n % 300),
        "stop_reason": "",
        "need": "besoin d'un outil",
        "summary_fr": "Un outil pour l'équipe.",
        "summary_en": "A tool for the team.",
        "running_cost_ceiling": 100,
        "last_news_on": TODAY - timedelta(days=n % 60),
    }


def contact(n):
    name = f"Lead {n}"
    return {
        "id": n,
        "organisation": MEMBERS + 5 + n,
        "kept_by": 1 if n % 2 else 2 + n % (MEMBERS - 1),
        "full_name": name,
        "function": "",
        "email": "",
        "phone": "",
        "search": normalise(name),
        "sort_name": normalise(name),
    }


def lead(n):
    return {"engagement": n, "contact": n, "share": 100, "starts_on": TODAY - timedelta(days=390)}


def milestone(n, count, chance):
    planned = TODAY - timedelta(days=300) + timedelta(days=(n * 37) % 500)
    done = (
        planned + timedelta(days=n % 12) if planned < TODAY - timedelta(days=40 - n % 50) else None
    )
    return {
        "id": n,
        "version": 1,
        "engagement": 1 + n % count,
        "title": f"Jalon {n}",
        "planned_first_on": planned - timedelta(days=n % 20),
        "planned_on": planned,
        "done_on": done,
        "acceptance_comment": "",
    }


def log(n, count):
    week = TODAY - timedelta(days=TODAY.weekday() + 7 * (1 + n // count))
    return {
        "id": n,
        "version": 1,
        "engagement": 1 + n % count,
        "author": 1,
        "week": week,
        "done": "Le formulaire est en ligne.",
        "blocked": "",
        "next": "Les comptes.",
        "is_nothing": False,
        "audience": "team",
        "written_at": NOW,
    }


def solution(n):
    return {
        "version": 1,
        "engagement": n,
        "name": f"Solution {n}",
        "kind": "platform",
        "url": "https://solution.example/",
        "repository": "",
        "stack": "Django",
        "licence": "MIT",
        "accessibility": "unknown",
    }


def team(count, times):
    """Ten lent people for each 100 engagements, each with ten assignments of half a day a week."""
    lent = 10 * times
    insert(
        Volunteer,
        (
            {
                "id": n,
                "version": 1,
                "user": 50 + n,
                "sponsor": MEMBERS + 1 + (50 + n) % 3,
                "member": 1,
                "days_a_week": 5,
                "available_from": TODAY - timedelta(days=900),
            }
            for n in range(1, lent + 1)
        ),
    )
    insert(
        TeamMember,
        (
            {
                "id": n,
                "engagement": n,
                "user": 50 + 1 + n % lent,
                "joined_on": TODAY - timedelta(days=300),
            }
            for n in range(1, count + 1)
        ),
    )
    insert(
        Assignment,
        (
            {
                "id": n,
                "version": 1,
                "volunteer": 1 + n % lent,
                "sponsor": MEMBERS + 1 + (50 + 1 + n % lent) % 3,
                "engagement": n,
                "team_member": n,
                "role": "Développement",
                "starts_on": TODAY - timedelta(days=300),
                "ends_on": date(2029, 1, 1),
                "days_a_week": 0.5,
                "confirmed_on": TODAY - timedelta(days=300),
            }
            for n in range(1, count + 1)
        ),
    )


def work_day(n, count):
    return {
        "assignment": 1 + n % count,
        "day": TODAY - timedelta(days=120 + n // count),
        "half_days": 1 + n % 2,
        "note": "",
    }


def results(count, times):
    """The funder's 50 engagements × 5 metrics × 36 months, and for the others what makes 1,000,000 rows at 100×."""
    if not Sdg.objects.exists():
        Sdg.objects.create(
            number=8,
            name_fr="Travail décent",
            name_en="Decent work",
            colour="#A21942",
            text_colour="#FFFFFF",
        )
    insert(
        Indicator,
        (
            {
                "id": n,
                "code": f"indicator-{n}",
                "name_fr": f"Personnes aidées {n}",
                "name_en": f"People helped {n}",
                "unit_fr": "personnes",
                "unit_en": "people",
                "definition_fr": "",
                "definition_en": "",
                "kind": "count",
                "aggregation": "additive",
                "sdg": 8,
                "iris_code": "",
            }
            for n in range(1, METRICS + 1)
        ),
    )
    funded = min(PORTFOLIO, count)
    metrics = [(e, i) for e in range(1, funded + 1) for i in range(1, METRICS + 1)]
    metrics += [(e, i) for e in range(funded + 1, count + 1) for i in range(1, 4)]
    insert(
        Metric,
        (
            {"id": n, "engagement": e, "indicator": i, "reading": "periods", "position": i}
            for n, (e, i) in enumerate(metrics, 1)
        ),
    )
    common = {
        "population": "all",
        "note_fr": "",
        "note_en": "",
        "source": "Base",
        "grade": "counted",
        "author": 1,
        "recorded_on": TODAY,
    }
    insert(
        Baseline,
        (
            {
                "metric": n,
                "method": "measured",
                "count": 5 + n % 20,
                "window_start": date(2022, 1, 1),
                "window_end": date(2022, 12, 31),
                "exposure_months": 12,
                **common,
            }
            for n in range(1, len(metrics) + 1)
        ),
    )
    insert(Measurement, (row for n in range(1, len(metrics) + 1) for row in monthly(n, common)))
    insert(
        Funding,
        (
            {
                "funder": MEMBERS + 4,
                "engagement": e,
                "amount": 10_000,
                "starts_on": date(2023, 1, 1),
            }
            for e in range(1, funded + 1)
        ),
    )


def monthly(n, common):
    for month in range(MONTHS):
        first = date(2023 + month // 12, 1 + month % 12, 1)
        last = date(2023 + (month + 1) // 12, 1 + (month + 1) % 12, 1) - timedelta(days=1)
        yield {
            "metric": n,
            "status": "published",
            "counts_in_total": True,
            "count": 3 + (n + month) % 9,
            "window_start": first,
            "window_end": last,
            "exposure_months": 1,
            "published_at": datetime(last.year, last.month, last.day, 12, tzinfo=timezone.utc),  # noqa: UP017
            **common,
        }


def settle():
    """Sequences after explicit keys, and the planner's statistics."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in KEYED:
                table = model._meta.db_table
                last = f'(SELECT max(id) FROM "{table}")'
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})")
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
