"""Keys that were made before they had names stay keys."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from knox.models import get_digest_token

from crm.models import ApiKey
from tests.crm.factories import UserFactory

MIGRATION = import_module("crm.migrations.0016_keys_of_the_api")


@pytest.mark.django_db
def test_a_key_that_was_made_before_opens_what_it_opened():
    digest, secret = get_digest_token()
    user = UserFactory()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO knox_authtoken (digest, token_key, user_id, created, expiry)"
            " VALUES (%s, %s, %s, %s, %s)",
            [digest, secret[:15], user.pk, "2999-01-01 08:00", "2999-12-01 08:00"],
        )
    user.password_changed_at = None
    user.save()

    MIGRATION.take_over(apps, SimpleNamespace(connection=connection))

    key = ApiKey.objects.get()
    assert (key.name, key.may_write, key.areas) == (secret[:15], True, [])
    answer = Client().get("/api/v1/me/", headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM knox_authtoken")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_on_the_way_back_none_opens_more_than_it_did():
    user = UserFactory()
    whole, _secret = ApiKey.objects.make(user, may_write=True)
    ApiKey.objects.make(user)
    ApiKey.objects.make(user, may_write=True, areas=["impact"])

    MIGRATION.give_back(apps, SimpleNamespace(connection=connection))

    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM knox_authtoken")
        assert cursor.fetchall() == [(whole.pk,)]
