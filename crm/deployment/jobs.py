"""Which engine hands the jobs out: the embedded one, or procrastinate on PostgreSQL."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from crm.deployment.databases import POSTGRESQL
from crm.deployment.environment import Environment

EMBEDDED, PROCRASTINATE = "embedded", "procrastinate"


@dataclass(frozen=True)
class Jobs:
    """`call` is the path of what calls a worker for a job, "" where workers look for themselves."""

    call: str = ""
    apps: list[str] = field(default_factory=list)


def jobs_of(env: Environment, *, database: dict[str, Any]) -> Jobs:
    if env.choice("RELAIS_JOBS", among=(EMBEDDED, PROCRASTINATE), default=EMBEDDED) == EMBEDDED:
        return Jobs()
    env.needs("procrastinate", setting="RELAIS_JOBS=procrastinate", file="procrastinate")
    if database["ENGINE"] != POSTGRESQL:
        raise ImproperlyConfigured("RELAIS_JOBS=procrastinate needs PostgreSQL: see DATABASE_URL.")
    return Jobs("crm.deployment.procrastination.call", ["procrastinate.contrib.django"])
