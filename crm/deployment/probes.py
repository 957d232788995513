"""What a process needs to be ready: facts that /healthz/ready and `manage.py doctor` both ask for."""

import os
import pkgutil
import shutil
from datetime import timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from weakref import WeakSet

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from crm.files.places import Folder, place_in_use
from crm.models import Job, OutgoingMail, Schedule, Worker

MB = 1024 * 1024
REACHED: WeakSet[Any] = WeakSet()  # places of files, by this process
LONGEST_WAIT = timedelta(hours=1)
LEAST_ROOM = 100 * MB  # less, and the next file or the next rows may fail half-way


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def is_migrated() -> bool:
    return not waiting_migrations()


def has_room() -> bool:
    return all(room_at(place) >= LEAST_ROOM for place in places())


def has_reached_the_files() -> bool:
    """Whether this process has once reached the place of files: a wrong setting serves no page.

    An outage later takes no pages away: they are served without their files, on each machine alike.
    """
    place = place_in_use()
    if place not in REACHED:
        place.check()
        REACHED.add(place)
    return True


def somebody_works() -> bool:
    """Whether a worker was heard of in the last minutes, beside the pages or apart."""
    return Worker.objects.present(timezone.now()).exists()


def something_is_due() -> bool:
    """Whether a mail, a job or a day's work waits for somebody who works."""
    now = timezone.now()
    schedules = Schedule.objects.filter(next_at__lte=now)
    return any(
        rows.exists() for rows in (OutgoingMail.objects.due(now), Job.objects.due(now), schedules)
    )


def mails_leave() -> bool:
    """Whether no mail that is due waits longer than an hour."""
    now = timezone.now()
    return not OutgoingMail.objects.due(now).filter(next_at__lte=now - LONGEST_WAIT).exists()


def waiting_migrations() -> list[str]:
    """ "app.name" of the migrations that the code brings and the database lacks, in their order."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    if _on_disk() <= applied:  # the usual case, without loading a single migration
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def unknown_migrations() -> list[str]:
    """ "app.name" of what newer code than this has done to the database."""
    last: dict[str, str] = {}
    for app, name in _on_disk():
        last[app] = max(name, last.get(app, ""))
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    return [f"{app}.{name}" for app, name in applied if app in settings.OURS and name > last[app]]


@cache
def _on_disk() -> frozenset[tuple[str, str]]:
    """(app, name) of each migration, as Django finds them, by the names of their files."""
    names = set()
    for app in apps.get_app_configs():
        package, _is_explicit = MigrationLoader.migrations_module(app.label)
        if package is None or (spec := find_spec(package)) is None:
            continue
        for module in pkgutil.iter_modules(spec.submodule_search_locations):
            if not module.ispkg and module.name[0] not in "_~":
                names.add((app.label, module.name))
    return frozenset(names)


def places() -> list[Path]:
    """The folders that grow: that of attachments unless a bucket has them, that of an SQLite database."""
    places = [Path(settings.MEDIA_ROOT)] if isinstance(place_in_use(), Folder) else []
    if connection.vendor == "sqlite":
        places.append(Path(settings.DATABASES["default"]["NAME"]).parent)
    return places


def room_at(place: Path) -> int:
    """The bytes that are free there; of a folder that is not made yet, where it will be."""
    return shutil.disk_usage(_existing(place)).free


def is_writable(place: Path) -> bool:
    return os.access(_existing(place), os.W_OK | os.X_OK)


def _existing(place: Path) -> Path:
    place = place.absolute()
    return next(folder for folder in (place, *place.parents) if folder.is_dir())
