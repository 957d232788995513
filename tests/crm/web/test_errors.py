"""What cannot be answered is told on a page, in words."""

import errno
import sqlite3
from contextlib import closing

import pytest
from django.db import OperationalError
from django.test import Client

from crm.web.errors import failed


@pytest.fixture
def strict():
    """As a browser stands before the site: the token of forms is looked for, in the body."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


@pytest.mark.django_db
def test_a_text_larger_than_any_form_takes_is_told_on_a_page(strict, settings):
    strict.get("/ask/")
    answer = strict.post(
        "/ask/", {"contact_name": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    )

    assert answer.status_code == 413
    assert "typed or pasted 3" in answer.content.decode()


@pytest.mark.django_db
def test_what_makes_no_sense_gets_a_plain_answer(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


class TestTheDatabase:
    def answer(self, error, request):
        """What Django asks while it handles the error."""
        try:
            raise error
        except Exception:
            return failed(request)

    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (OSError(errno.ENOSPC, "No space left on device"), 507),
            (OperationalError("database or disk is full"), 507),
            (OperationalError("could not extend file: No space left on device"), 507),
            (OSError(errno.EACCES, "Permission denied"), 500),
            (OperationalError("database is locked"), 500),
        ],
    )
    def test_a_full_disk_is_called_by_its_name(self, rf, error, status):
        answer = self.answer(error, rf.post("/"))

        assert answer.status_code == status
        assert ("no room left" in answer.content.decode()) == (status == 507)

    def test_in_a_database_that_cannot_grow(self, rf, tmp_path):
        """The words of SQLite itself, so that they are noticed should they change."""
        with closing(sqlite3.connect(tmp_path / "small.db")) as small:
            small.execute("PRAGMA max_page_count = 2")
            small.execute("CREATE TABLE a (b)")
            with pytest.raises(sqlite3.OperationalError) as full:
                small.execute("INSERT INTO a VALUES (zeroblob(100000))")

        assert self.answer(OperationalError(*full.value.args), rf.post("/")).status_code == 507
