"""Somebody who tries passwords, at the log-in or at the door of the administration."""

from django.test import Client
from django.urls import reverse

from crm.forms.accounts import TOO_MANY

EMAIL = "zoe@relais.example"
DOORS = [reverse("crm:login"), "/admin/login/"]


def try_it(door=DOORS[0], email=EMAIL, password="wrong", address="192.0.2.1", client=None):  # noqa: S107
    client = client or Client()
    return client.post(door, {"username": email, "password": password}, REMOTE_ADDR=address)


def is_shut(response):
    assert response.status_code in (302, 422)
    return response.status_code == 422 and response.context_data["form"].non_field_errors() == [
        str(TOO_MANY)
    ]


def guess(times, **more):
    return [is_shut(try_it(**more)) for _n in range(times)]
