from django.db import migrations

INDEXES = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX organisation_search_trigrams ON crm_organisation USING gin (search gin_trgm_ops)",
    "CREATE INDEX user_search_trigrams ON crm_user USING gin (search gin_trgm_ops)",
    "CREATE INDEX contact_search_trigrams ON crm_contact USING gin (search gin_trgm_ops)",
    "CREATE INDEX request_search_trigrams ON crm_supportrequest USING gin (search gin_trgm_ops)",
]


def create(apps, schema_editor):
    """PostgreSQL only: django.contrib.postgres would import psycopg on SQLite too."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in INDEXES:
            schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX organisation_search_trigrams")
        schema_editor.execute("DROP INDEX user_search_trigrams")
        schema_editor.execute("DROP INDEX contact_search_trigrams")
        schema_editor.execute("DROP INDEX request_search_trigrams")


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
