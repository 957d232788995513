"""Facts across rows, kept by the database: leads never overlap, what was planned first never moves."""

from django.db import migrations

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """
    ALTER TABLE engagements_leadappointment ADD CONSTRAINT lead_one_at_a_time
    EXCLUDE USING gist (engagement_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)
    """,
    """
    ALTER TABLE engagements_leadappointment ADD CONSTRAINT lead_full_time_in_one_place
    EXCLUDE USING gist (contact_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&) WHERE (share = 100)
    """,
    """
    CREATE FUNCTION milestone_planned_first_stays() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'milestone_planned_first_stays' USING ERRCODE = 'check_violation'; END $$
    """,
    """
    CREATE TRIGGER milestone_planned_first_stays BEFORE UPDATE ON engagements_milestone
    FOR EACH ROW WHEN (OLD.planned_first_on IS DISTINCT FROM NEW.planned_first_on)
    EXECUTE FUNCTION milestone_planned_first_stays()
    """,
    """
    ALTER TABLE engagements_pause ADD CONSTRAINT pause_one_at_a_time
    EXCLUDE USING gist (engagement_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)
    """,
    "CREATE INDEX engagement_search_trigrams ON engagements_engagement USING gin (search gin_trgm_ops)",
]

OVERLAP = """
    CREATE TRIGGER lead_no_overlap_{when} BEFORE {when} ON engagements_leadappointment
    BEGIN
        SELECT RAISE(ABORT, 'CHECK constraint failed: lead_one_at_a_time') WHERE EXISTS (
            SELECT 1 FROM engagements_leadappointment AS other
            WHERE other.engagement_id = NEW.engagement_id AND other.id IS NOT NEW.id
            AND other.starts_on <= COALESCE(NEW.ends_on, '9999-12-31')
            AND COALESCE(other.ends_on, '9999-12-31') >= NEW.starts_on);
        SELECT RAISE(ABORT, 'CHECK constraint failed: lead_full_time_in_one_place')
        WHERE NEW.share = 100 AND EXISTS (
            SELECT 1 FROM engagements_leadappointment AS other
            WHERE other.contact_id = NEW.contact_id AND other.share = 100 AND other.id IS NOT NEW.id
            AND other.starts_on <= COALESCE(NEW.ends_on, '9999-12-31')
            AND COALESCE(other.ends_on, '9999-12-31') >= NEW.starts_on);
    END
"""

PAUSES = """
    CREATE TRIGGER pause_no_overlap_{when} BEFORE {when} ON engagements_pause
    BEGIN
        SELECT RAISE(ABORT, 'CHECK constraint failed: pause_one_at_a_time') WHERE EXISTS (
            SELECT 1 FROM engagements_pause AS other
            WHERE other.engagement_id = NEW.engagement_id AND other.id IS NOT NEW.id
            AND other.starts_on <= COALESCE(NEW.ends_on, '9999-12-31')
            AND COALESCE(other.ends_on, '9999-12-31') >= NEW.starts_on);
    END
"""

SQLITE = [
    PAUSES.format(when="INSERT"),
    PAUSES.format(when="UPDATE"),
    OVERLAP.format(when="INSERT"),
    OVERLAP.format(when="UPDATE"),
    """
    CREATE TRIGGER milestone_planned_first_stays BEFORE UPDATE ON engagements_milestone
    WHEN OLD.planned_first_on <> NEW.planned_first_on
    BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: milestone_planned_first_stays'); END
    """,
]

POSTGRESQL_BACK = [
    "DROP INDEX engagement_search_trigrams",
    "ALTER TABLE engagements_pause DROP CONSTRAINT pause_one_at_a_time",
    "DROP TRIGGER milestone_planned_first_stays ON engagements_milestone",
    "DROP FUNCTION milestone_planned_first_stays",
    "ALTER TABLE engagements_leadappointment DROP CONSTRAINT lead_full_time_in_one_place",
    "ALTER TABLE engagements_leadappointment DROP CONSTRAINT lead_one_at_a_time",
]
SQLITE_BACK = [
    "DROP TRIGGER milestone_planned_first_stays",
    "DROP TRIGGER lead_no_overlap_INSERT",
    "DROP TRIGGER lead_no_overlap_UPDATE",
    "DROP TRIGGER pause_no_overlap_INSERT",
    "DROP TRIGGER pause_no_overlap_UPDATE",
]


def run(postgresql, sqlite):
    def code(apps, schema_editor):
        statements = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
        for statement in statements:
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(statement)

    return code


class Migration(migrations.Migration):
    dependencies = [("engagements", "0001_initial"), ("crm", "0002_search_index")]
    operations = [migrations.RunPython(run(POSTGRESQL, SQLITE), run(POSTGRESQL_BACK, SQLITE_BACK))]
