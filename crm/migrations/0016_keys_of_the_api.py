import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


OLD = "knox_authtoken"  # empty from here on
COLUMNS = "digest, token_key, user_id, created, expiry"


def take_over(apps, schema_editor):
    """Keys that were made before open what they opened: all that their owners may, and writing."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO crm_apikey ({COLUMNS}, name, may_write, areas) "
            f"SELECT {COLUMNS}, token_key, %s, '[]' FROM {OLD} WHERE expiry IS NOT NULL",
            [True],
        )
        cursor.execute(f"DELETE FROM {OLD}")


def give_back(apps, schema_editor):
    """Keys that open a part are not given back: there they would open all."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {OLD} ({COLUMNS}) SELECT {COLUMNS} FROM crm_apikey WHERE may_write AND areas = '[]'"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0015_outbox_and_jobs'),
        ('knox', '0009_extend_authtoken_field'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('digest', models.CharField(max_length=128, primary_key=True, serialize=False)),
                ('token_key', models.CharField(db_index=True, max_length=25)),
                ('created', models.DateTimeField(auto_now_add=True, verbose_name='made at')),
                ('expiry', models.DateTimeField(verbose_name='expires at')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('may_write', models.BooleanField(default=False, verbose_name='may also change what is there')),
                ('areas', models.JSONField(default=list, verbose_name='what it opens')),
                ('last_used_on', models.DateField(null=True, verbose_name='last used on')),
                ('warned_on', models.DateField(null=True, verbose_name='told that it expires on')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_keys', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'key of the API',
                'verbose_name_plural': 'keys of the API',
            },
        ),
        migrations.RunPython(take_over, give_back),
    ]
