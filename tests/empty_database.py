import os
import shutil
from contextlib import contextmanager

from django.db import connection


def copy_tables_to(path):
    """Copy the tables that `dev.py` made, as far as it did, to a file that is to be migrated: most is done then."""
    made = os.environ.get("RELAIS_MIGRATED")
    if made and connection.vendor == "sqlite":
        shutil.copy(made, path)


@contextmanager
def empty_database(name, folder, *, like=""):
    """The address of one without tables, of the kind that the tests run on; it goes away afterwards.

    `like` names a database of the same PostgreSQL, whose tables it has.
    """
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder}/{name}.sqlite3"
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {like}" if like else ""))
    try:
        yield os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")
