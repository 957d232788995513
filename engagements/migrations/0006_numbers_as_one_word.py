from django.db import migrations

from crm.text import rebuild


def fill(apps, schema_editor):
    """A telephone number in a text is one word, however it is written; columns that are searched follow."""
    for name in ["Engagement", "PostMortem"]:
        rebuild(apps.get_model("engagements", name))


class Migration(migrations.Migration):
    dependencies = [
        ("engagements", "0005_owned_by_a_lead_without_an_account"),
        ("crm", "0012_found_by_address"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
