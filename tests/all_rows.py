"""Emptying the database after a test that commits."""

from contextlib import contextmanager

from django.db import connection, transaction

# What a migration or `post_migrate` made, and no test changes.
STAYS = {"django_migrations", "django_content_type", "auth_permission"}


def delete_all_rows():
    """Delete what is in the tables, whatever points to it; counters go on.

    A table without rows is left alone: emptying all of them takes PostgreSQL most of a second.
    """
    names = sorted(set(connection.introspection.django_table_names(only_existing=True)) - STAYS)
    with without_keys(), connection.cursor() as cursor:
        probes = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names]
        cursor.execute(" UNION ALL ".join(probes))
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name}")


@contextmanager
def without_keys():
    """Rows may go in any order, and no trigger of the database has a say."""
    if connection.vendor == "sqlite":
        with connection.constraint_checks_disabled(), transaction.atomic():
            yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield
