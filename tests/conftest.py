"""People, the test client, and the guards that every test runs under."""

import gc
import os
import sqlite3
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from itertools import count

import hypothesis
import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.sql.compiler import SQLCompiler
from django.template import engines
from django.template.backends.jinja2 import Template
from django.test import TransactionTestCase, override_settings
from django.test.signals import template_rendered
from django.utils import translation
from django.utils.safestring import SafeData
from django.utils.translation import trans_real

from crm.domain.roles import Role
from tests.all_rows import delete_all_rows
from tests.crm.factories import OrganisationFactory, person_as
from tests.kept import use_bucket
from tests.strict_templates import watch

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop trips Django's guard

# How long an example takes is said by the machine and what else it does, not by the rule.
hypothesis.settings.register_profile(
    "relais", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("relais")

FOLDERS = count()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What asks no database says the same beside either: it runs once."""
    for item in items:
        if not (
            item.get_closest_marker("django_db")
            or {"db", "transactional_db"} & set(item.fixturenames)
        ):
            item.add_marker(pytest.mark.one_database)


def pytest_collection_finish():
    """What was imported and collected stays to the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True, scope="session")
def fast_passwords():
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        MAIL_TRANSPORT="django.core.mail.backends.locmem.EmailBackend",
    ):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Copy the tables that `dev.py` made into the memory in which pytest-django then looks for them."""
    path = os.environ.get("RELAIS_MIGRATED")
    if not path or connection.vendor != "sqlite":
        yield
        return
    name = connection.creation._get_test_db_name()
    kept, made = sqlite3.connect(name, uri=True), sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    with closing(kept), closing(made):
        made.backup(kept)
        yield  # what is in memory lasts as long as somebody is connected to it


@pytest.fixture(autouse=True, scope="session")
def only_tables_with_rows_are_emptied():
    """After a test that commits: Django empties all tables, and fills those of content types and permissions anew."""
    empty = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda test: delete_all_rows()
    yield
    TransactionTestCase._fixture_teardown = empty


@pytest.fixture(autouse=True, scope="session")
def the_client_sees_what_templates_are_given():
    """`response.context` and `response.templates`, which Django fills for its own engine alone."""
    render = Template.render

    def seen(self, context=None, request=None):
        shown = {"messages": get_messages(request)} if request else {}
        template_rendered.send(sender=self, template=self, context=shown | (context or {}))
        return render(self, context, request)

    watch(engines["jinja2"].env)
    Template.render, Template.name = seen, property(lambda self: self.template.name)
    yield
    Template.render = render


@pytest.fixture(autouse=True)
def texts_are_english():
    """Each test begins in the language that it is written in, whichever one the test before it left behind."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def styles_are_found_when_asked_for(settings):
    """Each client makes the middleware anew: it need not read every file of the styles each time."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def shell_is_warm():
    """Whether the demo is loaded is asked once in five minutes: no count of statements hangs on who asked first.

    Nor does a test meet the wrong tries that others counted.
    """
    cache.clear()
    cache.set("is-demo", False)


@pytest.fixture(autouse=True)
def files_apart(settings, tmp_path_factory):
    """Numbered here: `mktemp` would look at every folder before it."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / f"files-{next(FOLDERS)}"
    settings.MEDIA_ROOT.mkdir()


@pytest.fixture(scope="session")
def storage_server():
    """S3-compatible storage on loopback."""
    from tests.bucket import storage_server  # takes three seconds, for the few tests that need it

    with pytest.MonkeyPatch.context() as environment, storage_server() as server:
        environment.setenv("NO_PROXY", "127.0.0.1")
        yield server


@pytest.fixture
def in_a_bucket(settings, storage_server):
    """Files are kept in a bucket of their own."""
    return use_bucket(settings, storage_server.new_bucket())


@pytest.fixture(params=["folder", "bucket"])
def each_place(request):
    """The same in either place of files."""
    if request.param == "bucket":
        request.getfixturevalue("in_a_bucket")


@pytest.fixture(autouse=True)
def unordered_queries_come_in_random_order(monkeypatch):
    """A query without order may come back in any: here it does, so that no page leans on luck."""
    compile_order = SQLCompiler.get_order_by

    def in_any_order(self):
        query = self.query
        rows_as_they_come = not (
            query.order_by
            or query.extra_order_by
            or query.distinct
            or query.combinator
            or query.group_by
            or query.subquery
            or query.is_sliced
            or query.annotation_select
            or (query.default_ordering and query.get_meta().ordering)
        )
        if rows_as_they_come and self.select:
            self.query = query.clone()
            self.query.add_ordering("?")
            try:
                return compile_order(self)
            finally:
                self.query = query
        return compile_order(self)

    monkeypatch.setattr(SQLCompiler, "get_order_by", in_any_order)


@contextmanager
def demo_once(django_db_blocker):
    """The demo for tests that share it: each takes back what it does to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo")
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_once(django_db_blocker):
        yield


@pytest.fixture(scope="class")
def demo_of_a_class(django_db_setup, django_db_blocker):
    with demo_once(django_db_blocker):
        yield


@pytest.fixture
def member(db):
    return OrganisationFactory(name="Share it", member=True)


@pytest.fixture
def coordinator(member):
    return person_as(Role.COORDINATOR, member, full_name="Camille Coordinator")


@pytest.fixture
def outsider(db):
    """A coordinator of another member: knows the tool, has no part here."""
    return person_as(Role.COORDINATOR, full_name="Olivier Outsider")


@pytest.fixture
def administrator(db):
    return person_as(Role.ADMINISTRATOR, full_name="Ada Administrator")


class Said(str):
    """A text of the catalogues: what is put into it has been written for its reader."""

    __slots__ = ()

    def __mod__(self, values):
        items = values.items() if isinstance(values, dict) else ()
        bare = [name for name, value in items if f"%({name})s" in self and _is_bare(value)]
        assert not bare, f"“{self}” is told with what a machine writes: {', '.join(bare)}"
        return str.__mod__(self, values)


def _is_bare(value):
    """A day, or a number whose marks depend on the language."""
    return isinstance(value, date | Decimal | float)


@pytest.fixture(autouse=True, scope="session")
def every_message_is_written_for_its_reader():
    """Whatever message a test meets, in any language, by any door."""
    translations = translation._trans
    translations.gettext = lambda text: _said(trans_real.gettext(text))
    translations.ngettext = lambda one, many, number: _said(trans_real.ngettext(one, many, number))


def _said(text):
    return text if isinstance(text, SafeData) else Said(text)
