"""Migrations one by one, also those that another one replaces.

As a program it makes the tables of an empty database, by each of them or the short way, and tells the tables as lines:
`DATABASE_URL=… python -m tests.migrations [short]`.
"""

import sys

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

POSTGRESQL = {
    "column": """SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default,
                 collation_name, identity_generation
                 FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraint": """SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
                     WHERE connamespace = 'public'::regnamespace""",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT tgrelid::regclass, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}
SQLITE = "SELECT type, tbl_name, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"


def one_by_one():
    """The executor that knows the replaced migrations, and the newest of these: (executor, [(app, name)])."""
    executor = MigrationExecutor(connection)
    executor.loader = MigrationLoader(connection, replace_migrations=False)
    return executor, [
        node
        for node in executor.loader.graph.leaf_nodes()
        if node not in executor.loader.replacements
    ]


def migrate(short):
    executor, newest = (MigrationExecutor(connection), None) if short else one_by_one()
    executor.migrate(newest or executor.loader.graph.leaf_nodes())


def lines():
    """Each column, constraint, index and trigger; the order of columns is no part of it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for kind, sql in POSTGRESQL.items():
                cursor.execute(sql)
                yield from (f"{kind} {row}" for row in cursor.fetchall())
        else:
            cursor.execute(SQLITE)
            for kind, table, name, sql in cursor.fetchall():
                yield from (
                    f"{kind} {table} {name}: {part}"
                    for part in (parts(sql) if kind == "table" else [sql])
                )


def parts(sql):
    """What stands between the commas of CREATE TABLE, those in brackets and in quotes left out."""
    depth, quoted, part = 0, None, ""
    for sign in sql[sql.index("(") + 1 : sql.rindex(")")]:
        if quoted:
            quoted = None if sign == quoted else quoted
        elif sign in "'\"":
            quoted = sign
        depth += 0 if quoted else {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth and not quoted:
            yield part.strip()
            part = ""
        else:
            part += sign
    yield part.strip()


if __name__ == "__main__":
    django.setup()
    migrate(short="short" in sys.argv)
    sys.stdout.write("\n".join(sorted(lines())))
