import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from crm.web.sessions import SessionStore


def take_over(apps, schema_editor):
    """Whoever is logged in stays logged in; visits of nobody begin anew."""
    people = set(apps.get_model("crm", "User").objects.values_list("pk", flat=True))
    old = apps.get_model("sessions", "Session").objects.order_by("pk")
    new, store = apps.get_model("crm", "Session").objects, SessionStore()
    for row in old.iterator():
        whose = store.decode(row.session_data).get("_auth_user_id", "")
        if whose.isdigit() and int(whose) in people:
            new.create(
                session_key=row.session_key,
                session_data=row.session_data,
                expire_date=row.expire_date,
                user_id=int(whose),
            )
    old.delete()


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0013_addresses_proven'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
            },
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop, elidable=True),
    ]
