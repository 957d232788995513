"""What production writes of an event: enough to mend it, and nothing that anybody typed."""

import email.policy
import json
import logging
import smtplib
import sys

import pytest
from django.core import mail
from django.test import Client, RequestFactory
from rest_framework.test import APIClient

from crm.deployment.logs import JsonLines, MailToAdmins, facts_of
from crm.web.errors import WENT_WRONG
from tests.crm.factories import UserFactory
from tests.production import SETTINGS, run

ASK = """
import crm.wsgi
from django.test import Client
client = Client(raise_request_exception=False, headers={"host": "relais.association.fr"})
def ask(method, path, **headers):
    answer = getattr(client, method)(path, secure=True, headers=headers)
    print(answer.status_code, answer.get("X-Request-ID"), answer.content.decode())
"""


class Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.setFormatter(JsonLines())
        self.text = []

    def emit(self, record):
        self.text.append(self.format(record))


@pytest.fixture
def lines():
    """The lines that are written of errors, by whichever logger."""
    handler = Lines()
    handler.setLevel(logging.ERROR)
    logging.getLogger().addHandler(handler)
    yield handler.text
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def failing_site(settings):
    settings.ROOT_URLCONF = "tests.crm.failing_site"


def record_of(
    error=None, *, name="crm.services.digest", message="A mail was not sent.", args=(), **extra
):
    """A record as logging makes it while the error is handled."""
    try:
        if error:
            raise error
    except Exception:
        exc_info = sys.exc_info()
    else:
        exc_info = None
    return logging.getLogger(name).makeRecord(
        name, logging.ERROR, __file__, 7, message, args, exc_info, extra=extra
    )


class TestProduction:
    """In a process of its own, on a database without tables: every page fails."""

    def lines_of(self, tmp_path, *asked, **changes):
        done = run(
            *("-W", "ignore", "-c"),  # of static files that are not collected
            ASK + "\n".join(asked),
            environment=SETTINGS | changes | {"DATABASE_URL": f"sqlite:///{tmp_path}/no.sqlite3"},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout, [json.loads(line) for line in done.stderr.splitlines()]

    def test_a_failure_leaves_one_line_and_its_reader_the_name_of_it(self, tmp_path):
        shown, [page, api] = self.lines_of(
            tmp_path,
            "ask('get', '/way-in/r/CANARY/')",
            "ask('get', '/api/v1/engagements/?q=CANARY', authorization='Token ' + 'CANARY0' * 10)",
        )

        for line, route in ((page, "crm:way-in-enter"), (api, "api:engagement-list")):
            assert (line["level"], line["logger"]) == ("ERROR", "django.request")
            assert (line["method"], line["route"], line["status_code"]) == ("GET", route, 500)
            assert line["errors"][0]["type"] == "django.db.utils.OperationalError"
            assert shown.count(line["request"]) == 2
            assert "CANARY" not in json.dumps(line)

    def test_a_failure_is_mailed_to_those_who_look_after_relais(self, tmp_path):
        folder = tmp_path / "mails"
        told = {"EMAIL_HOST": "", "RELAIS_MAIL_FOLDER": str(folder), "RELAIS_ADMINS": "ada@b.fr"}
        self.lines_of(tmp_path, *["ask('get', '/way-in/r/CANARY/')"] * 2, **told)

        [path] = folder.iterdir()
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert message["To"] == "ada@b.fr"
        assert message["Subject"] == "[Relais] django.db.utils.OperationalError crm:way-in-enter"
        assert "CANARY" not in path.read_text()

    def test_what_is_refused_leaves_none_and_a_wrong_host_no_name(self, tmp_path):
        _shown, lines = self.lines_of(
            tmp_path,
            "ask('post', '/healthz/')",
            "ask('get', '/healthz/', host='CANARY.example')",
        )

        assert [line["logger"] for line in lines] == ["django.security.DisallowedHost"]
        assert "CANARY" not in json.dumps(lines)


@pytest.mark.django_db
class TestAFailure:
    ADDRESS = "/fails/CANARY-token/12/?q=CANARY"

    def test_of_a_page_is_told_without_what_was_typed(self, failing_site, lines):
        client = Client(raise_request_exception=False, headers={"user-agent": "CANARY\r\n{}"})
        client.force_login(UserFactory(full_name="CANARY", email="canary@ask.example"))
        client.cookies["seen"] = "CANARY"

        answer = client.post(self.ADDRESS, {"text": "CANARY\r\n{}"})

        [line] = lines
        assert "canary" not in line.lower()
        facts = json.loads(line)
        assert (facts["route"], facts["rows"], facts["status_code"]) == ("fails", {"pk": 12}, 500)
        assert facts["request"] == answer["X-Request-ID"]
        assert [error["type"] for error in facts["errors"]] == [
            "django.db.utils.IntegrityError",
            "PermissionError",
        ]
        assert facts["errors"][1]["errno"] == 13
        assert facts["errors"][0]["stack"][-1].startswith("tests/crm/failing_site.py:")
        assert facts["errors"][0]["stack"][0].startswith("django/core/handlers/exception.py:")
        assert answer.content.decode().endswith(f"[{facts['request']}]")

    def test_of_a_route_is_told_without_what_was_sent(self, failing_site, lines):
        client = APIClient(raise_request_exception=False)
        client.force_authenticate(UserFactory(full_name="CANARY"))

        answer = client.post("/api/v1/fails/?q=CANARY", {"text": "CANARY\r\n{}"}, format="json")

        [line] = lines
        assert "CANARY" not in line
        facts = json.loads(line)
        assert (facts["route"], facts["status_code"]) == ("route-fails", 500)
        assert answer.json()["request"] == facts["request"] == answer["X-Request-ID"]

    def test_outside_of_a_request_has_none(self):
        assert "request" not in facts_of(record_of())
        assert WENT_WRONG.endswith("still there.")


class TestALine:
    def test_of_ours_says_what_happened_to_which_row(self):
        user = UserFactory.build(pk=12, full_name="CANARY")
        facts = facts_of(record_of(row=user, job="crm.services.upkeep.run_upkeep", text="CANARY"))

        assert facts["event"] == "A mail was not sent."
        assert (facts["row"], facts["job"]) == ("crm.User 12", "crm.services.upkeep.run_upkeep")
        assert facts["from"] == "tests/crm/deployment/test_logs.py:7"
        assert "CANARY" not in json.dumps(facts)

    @pytest.mark.parametrize(
        "record",
        [
            record_of(name="psycopg.pool", message="no way to CANARY"),
            record_of(name="psycopg.pool", message="no way to %s", args=("CANARY",)),
            record_of(message="A value of %s.", args=("CANARY",)),
            record_of(trouble="CANARY was here"),
            record_of(trouble={"CANARY": 1}),
            record_of(trouble="CANARY\n{}"),
            record_of(request="CANARY"),
            record_of(ValueError("CANARY")),
            record_of(KeyError("CANARY")),
            record_of(smtplib.SMTPDataError(550, b"CANARY")),
        ],
        ids=str,
    )
    def test_never_says_values(self, record):
        line = JsonLines().format(record)

        assert "CANARY" not in line
        assert len(line.splitlines()) == 1

    def test_says_the_code_by_which_a_library_calls_an_error(self):
        [error] = facts_of(record_of(smtplib.SMTPDataError(452, b"full")))["errors"]

        assert (error["type"], error["smtp_code"]) == ("smtplib.SMTPDataError", 452)

    def test_ends_with_errors_that_go_round_in_a_circle(self):
        first, second = ValueError("a"), ValueError("b")
        first.__cause__, second.__cause__ = second, first

        assert len(facts_of(record_of(first))["errors"]) == 5

    def test_calls_a_method_of_ones_own_other(self):
        request = RequestFactory().generic("CANARY", "/")

        assert facts_of(record_of(request=request))["method"] == "other"


class TestMails:
    @pytest.fixture(autouse=True)
    def admins(self, settings):
        settings.ADMINS = [("ada@association.fr", "ada@association.fr")]
        settings.EMAIL_SUBJECT_PREFIX = "[Relais] "

    @pytest.fixture
    def clock(self):
        return iter(range(0, 100_000, 60))  # a minute passes between two errors

    @pytest.fixture
    def handler(self, clock):
        return MailToAdmins(level=logging.ERROR, clock=lambda: next(clock))

    def test_tell_of_an_error_what_the_log_tells(self, handler):
        handler.handle(record_of(ValueError("CANARY")))

        [message] = mail.outbox
        assert message.to == ["ada@association.fr"]
        assert message.subject == "[Relais] ValueError"
        assert "tests/crm/deployment/test_logs.py" in message.body
        assert "CANARY" not in message.body

    def test_are_one_an_hour_for_the_same_place(self, handler):
        for _minute in range(125):
            handler.handle(record_of(ValueError("a")))

        assert len(mail.outbox) == 3

    def test_are_ten_an_hour_for_all_places(self, handler):
        for line in range(30):
            record = record_of(ValueError("a"))
            record.lineno = line
            handler.handle(record)

        assert len(mail.outbox) == 10

    def test_are_none_of_robots_and_none_without_a_reader(self, handler, settings):
        handler.handle(record_of(name="django.security.DisallowedHost"))
        settings.ADMINS = []
        handler.handle(record_of(ValueError("a")))

        assert mail.outbox == []

    @pytest.mark.parametrize("backend", ["smtp.EmailBackend", "nowhere.EmailBackend"])
    def test_that_cannot_leave_break_nothing(self, handler, settings, capsys, backend):
        settings.MAIL_TRANSPORT = f"django.core.mail.backends.{backend}"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

        handler.handle(record_of(ValueError("CANARY")))

        assert "CANARY" not in "".join(capsys.readouterr())
