from django.db import migrations

OLD, NEW = "Conception d'interface", "Conception d’interface"


def rename(apps, schema_editor):
    """The skills that Relais brings along are known by their French name: without this, a second one would come."""
    skills = apps.get_model("volunteers", "Skill").objects
    if not skills.filter(name_fr=NEW).exists():
        skills.filter(name_fr=OLD).update(name_fr=NEW)


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0012_coming_company")]
    operations = [migrations.RunPython(rename, migrations.RunPython.noop, elidable=True)]
