from django.db import migrations


def prove(apps, schema_editor):
    """Each account has the one address that it is entered with, proven: who was invited reads what is mailed there."""
    rows = apps.get_model("account", "EmailAddress").objects
    rows.all().delete()
    people = apps.get_model("crm", "User").objects.order_by("pk").values_list("pk", "email")
    rows.bulk_create(
        (rows.model(user_id=pk, email=email, verified=True, primary=True) for pk, email in people.iterator()),
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("crm", "0012_found_by_address"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(prove, migrations.RunPython.noop, elidable=True)]
