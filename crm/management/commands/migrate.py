from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    """Django's own, without the time that a page may take: building an index over years of rows takes what it takes.

    How long it waits for a lock stays bounded, so that the pages of a running site do not queue behind it.
    """

    def handle(self, *args, **options):
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            return super().handle(*args, **options)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        try:
            return super().handle(*args, **options)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
