"""Tasks of the tests, for the engine of the jobs."""

import time
from pathlib import Path

from django_tasks import task

from crm.models import Organisation


@task()
def add(a, b):
    return a + b


@task()
def break_down(word):
    raise ValueError(f"CANARY {word}")


@task()
def add_organisation(name):
    """One that may run twice: there is one organisation of that name afterwards."""
    return Organisation.objects.get_or_create(name=name)[0].name


@task()
def write_slowly(path, seconds):
    """A line when it begins and one when it ends."""
    with Path(path).open("a") as file:
        file.write("begun\n")
        file.flush()
        time.sleep(seconds)
        file.write("ended\n")
