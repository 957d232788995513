"""A client of the API that reads a row before it changes it, and says which version that was, as the API asks.

And what it answers: the rows of a list, the fields of a refusal.
"""

import re

from django.test import Client
from rest_framework.test import APIClient

A_ROW = re.compile(r"/api/v1/[\w-]+/[\w-]+/")


class ReadsFirst:
    def generic(self, method, path, data="", *args, headers=None, **extra):
        headers = {name.lower(): value for name, value in (headers or {}).items()}
        if method in {"POST", "PUT", "PATCH", "DELETE"} and "seen" not in str(data) + str(
            extra.get("QUERY_STRING")
        ):
            row = A_ROW.match(path)
            if row and "if-match" not in headers and "seen=" not in path:
                tag = super().generic("GET", row[0], headers=headers, **extra).headers.get("ETag")
                headers |= {"if-match": tag} if tag else {}
        return super().generic(method, path, data, *args, headers=headers, **extra)


class ReadingClient(ReadsFirst, APIClient):
    """It sends JSON."""


class ReadingBrowser(ReadsFirst, Client):
    """Django's own client."""


def keys(response, name="id"):
    assert response.status_code == 200, response.data
    return [row[name] for row in response.data["results"]]


def refused(response, status=400):
    """The fields of a refusal, in the one shape that every refusal has."""
    assert response.status_code == response.data["status"] == status
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.data.get("errors", {})
