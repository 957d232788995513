"""What the environment says becomes settings, and what cannot be meant is refused in words."""

import os
from importlib.util import find_spec
from unittest import mock

import pytest
from django.conf import settings as ours
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from crm.deployment import env_file
from crm.deployment.start import refuse_demo_accounts
from crm.models import User
from tests.production import (
    NOTHING_SET,
    SETTINGS,
    deploy_check,
    manage,
    run,
    said_by_checks,
    settings_of,
)

TIMEOUTS = "-c statement_timeout=10s -c lock_timeout=5s"


def refusal(**changes):
    """Why production does not start with these settings changed."""
    with pytest.raises(ImproperlyConfigured) as refused:
        settings_of(**changes)
    return str(refused.value)


@pytest.fixture
def secret_file(tmp_path):
    """A file that holds what it is given; its path."""

    def write(text):
        path = tmp_path / "secret"
        path.write_text(text)
        return str(path)

    return write


class TestProduction:
    @pytest.mark.parametrize(
        "changes",
        [
            {"RELAIS_SECRET_KEY": ""},
            {"RELAIS_SECRET_KEY": "short"},
            {"RELAIS_HOSTS": ""},
            {"RELAIS_HOSTS": " , "},
            {"RELAIS_DEBUG": "1"},
            {"RELAIS_ENV": "prod"},
            {"RELAIS_PROXIES": "two"},
            {"RELAIS_SMALLEST_GROUP": "-1"},
        ],
    )
    def test_refuses_what_is_only_fit_for_development_or_cannot_be_meant(self, changes):
        assert next(iter(changes)) in refusal(**changes)

    def test_counts_as_deployed_with_what_the_docs_ask_for(self):
        done = deploy_check()

        assert done.returncode == 0, done.stderr

    @pytest.mark.parametrize("typed", ["true", "yes", "2"])
    def test_takes_no_switch_for_off_that_was_meant_to_be_on(self, typed):
        assert "RELAIS_HSTS_PRELOAD" in refusal(RELAIS_HSTS_PRELOAD=typed)

    def test_has_each_of_its_settings_in_the_docs(self):
        table = (ours.BASE_DIR / "docs" / "operations.md").read_text()

        assert [name for name in settings_of()["env"].asked if f"`{name}`" not in table] == []

    def test_names_what_is_set_and_read_by_nobody(self):
        misspelt = {"RELAIS_HOST": "relais.example", "EMAIL_PASSWROD": "x"}

        assert settings_of(**misspelt)["UNREAD"] == ["EMAIL_PASSWROD", "RELAIS_HOST"]
        assert said_by_checks(**misspelt) == ["relais.W001"]

    @pytest.mark.parametrize("proxies", ["0", "1", "2"])
    def test_knows_how_many_proxies_stand_in_front(self, proxies):
        assert said_by_checks(RELAIS_PROXIES=proxies) == []
        assert said_by_checks(RELAIS_PROXIES="") == ["relais.E001"]

    @pytest.mark.parametrize(
        ("address", "said"),
        [
            ("https://relais.association.fr", []),
            ("https://relais.association.fr/", []),
            ("", ["relais.E003"]),
            ("https://127.0.0.1:8000", ["relais.E003"]),
            ("https://localhost", ["relais.E003"]),
            ("http://relais.association.fr", ["relais.E003"]),
            ("https://other.association.fr", ["relais.E003"]),
            ("relais.association.fr", ["relais.E003"]),
        ],
    )
    def test_knows_the_address_that_links_in_mails_begin_with(self, address, said):
        hosts = "relais.association.fr, localhost, 127.0.0.1"

        assert said_by_checks(RELAIS_URL=address, RELAIS_HOSTS=hosts) == said

    def test_joins_links_to_an_address_with_or_without_its_last_slash(self):
        given = settings_of(RELAIS_URL="https://relais.association.fr/")

        assert given["SITE_URL"] == "https://relais.association.fr"

    def test_knows_a_sender_whose_mails_are_taken(self):
        assert said_by_checks(RELAIS_FROM="") == ["relais.E004"]
        assert said_by_checks(RELAIS_FROM="Relais <relais@localhost>") == ["relais.E004"]

    @pytest.mark.parametrize(("chosen", "preload"), [("", False), ("0", False), ("1", True)])
    def test_is_in_the_lists_of_browsers_by_choice_alone(self, chosen, preload):
        given = settings_of(RELAIS_HSTS_PRELOAD=chosen)

        assert given["SECURE_HSTS_PRELOAD"] is preload
        assert given["SILENCED_SYSTEM_CHECKS"] == ([] if preload else ["security.W021"])

    @pytest.mark.parametrize(("debug", "told"), [("0", True), ("1", False)])
    def test_and_whatever_shows_no_error_on_its_page_logs_it(self, debug, told):
        assert ("LOGGING" in settings_of(NOTHING_SET, RELAIS_DEBUG=debug)) is told
        assert "LOGGING" in settings_of()

    def test_keeps_collected_files_outside_of_the_code_where_that_is_said(self):
        assert str(settings_of(RELAIS_STATIC="/srv/static")["STATIC_ROOT"]) == "/srv/static"
        assert settings_of()["STATIC_ROOT"] == ours.BASE_DIR / "staticfiles"


class TestMail:
    def test_of_production_is_never_printed(self):
        assert "EMAIL_HOST" in refusal(EMAIL_HOST="")

    def test_goes_into_a_folder_where_that_is_chosen_and_the_check_says_so(self):
        chosen = {"EMAIL_HOST": "", "RELAIS_MAIL_FOLDER": "/srv/mails"}

        assert settings_of(**chosen)["EMAIL_FILE_PATH"] == "/srv/mails"
        assert said_by_checks(**chosen) == ["relais.E002"]

    def test_in_a_folder_is_read_by_its_owner_alone(self, tmp_path):
        folder = tmp_path / "mails"
        chosen = {"EMAIL_HOST": "", "RELAIS_MAIL_FOLDER": str(folder)}
        done = manage("sendtestemail", "ada@association.fr", environment=SETTINGS | chosen)

        assert done.returncode == 0, done.stderr
        assert [path.read_text().count("To: ada@association.fr") for path in folder.iterdir()] == [
            1
        ]
        assert folder.stat().st_mode & 0o777 == 0o700

    def test_goes_one_way_alone(self):
        assert "not both" in refusal(RELAIS_MAIL_FOLDER="/srv/mails")

    def test_of_development_is_printed(self):
        backend = settings_of(NOTHING_SET)["EMAIL_BACKEND"]

        assert backend == "django.core.mail.backends.console.EmailBackend"

    @pytest.mark.parametrize(
        ("changes", "port", "security"),
        [
            ({}, 587, "starttls"),
            ({"EMAIL_PORT": "465"}, 465, "tls"),
            ({"EMAIL_PORT": "25"}, 25, "none"),
            ({"EMAIL_PORT": "2525"}, 2525, "starttls"),
            ({"EMAIL_SECURITY": "tls"}, 465, "tls"),
            ({"EMAIL_SECURITY": "starttls"}, 587, "starttls"),
            ({"EMAIL_SECURITY": "none"}, 25, "none"),
            ({"EMAIL_SECURITY": "starttls", "EMAIL_PORT": "25"}, 25, "starttls"),
            ({"EMAIL_HOST": "127.0.0.1"}, 25, "none"),
            ({"EMAIL_HOST": "localhost", "EMAIL_PORT": "587"}, 587, "starttls"),
            ({"EMAIL_PORT": "25", "EMAIL_USER": "u", "EMAIL_PASSWORD": "p"}, 25, "starttls"),
        ],
    )
    def test_is_encrypted_as_the_port_has_it(self, changes, port, security):
        given = settings_of(**changes)

        assert given["EMAIL_PORT"] == port
        assert given["EMAIL_USE_TLS"] == (security == "starttls")
        assert given["EMAIL_USE_SSL"] == (security == "tls")

    def test_is_handed_over_with_user_and_password(self):
        given = settings_of(EMAIL_USER="relais", EMAIL_PASSWORD="secret")

        assert (given["EMAIL_HOST_USER"], given["EMAIL_HOST_PASSWORD"]) == ("relais", "secret")

    @pytest.mark.parametrize(
        "changes",
        [
            {"EMAIL_PORT": "smtp"},
            {"EMAIL_PORT": "70000"},
            {"EMAIL_SECURITY": "ssl"},
            {"EMAIL_USER": "relais"},
            {"EMAIL_PASSWORD": "secret"},
            {"RELAIS_ADMINS": "somebody"},
        ],
    )
    def test_is_refused_where_it_cannot_be_meant(self, changes):
        assert next(iter(changes)) in refusal(**changes)

    def test_has_a_server_where_anything_else_of_it_is_set(self):
        words = refusal(EMAIL_HOST="", RELAIS_MAIL_FOLDER="/srv/mails", EMAIL_PORT="587")

        assert "EMAIL_HOST" in words

    def test_tells_errors_to_those_who_are_named(self):
        admins = settings_of(RELAIS_ADMINS="ada@association.fr, it@association.fr")["ADMINS"]

        assert [address for _name, address in admins] == ["ada@association.fr", "it@association.fr"]


class TestSecretsInFiles:
    def test_are_read_without_the_end_of_their_line(self, secret_file):
        given = settings_of(EMAIL_USER="relais", EMAIL_PASSWORD_FILE=secret_file(" pass word\r\n"))

        assert given["EMAIL_HOST_PASSWORD"] == " pass word"

    def test_hold_the_key(self, secret_file):
        given = settings_of(RELAIS_SECRET_KEY="", RELAIS_SECRET_KEY_FILE=secret_file("k" * 60))

        assert given["SECRET_KEY"] == "k" * 60

    def test_hold_the_address_of_the_database(self, secret_file):
        address = secret_file("postgres://relais:p%2Fw@db.association.fr/relais\n")
        database = settings_of(DATABASE_URL_FILE=address)["DATABASES"]["default"]

        assert (database["PASSWORD"], database["HOST"]) == ("p/w", "db.association.fr")

    def test_are_set_one_way_alone(self, secret_file):
        assert "not both" in refusal(RELAIS_SECRET_KEY_FILE=secret_file("k" * 60))

    def test_that_cannot_be_read_are_named(self):
        words = refusal(RELAIS_SECRET_KEY="", RELAIS_SECRET_KEY_FILE="/srv/missing")

        assert "RELAIS_SECRET_KEY_FILE: /srv/missing" in words

    @pytest.mark.parametrize("content", ["", "\n", "CANARY\n2\n"], ids=["none", "empty", "two"])
    def test_hold_one_line(self, secret_file, content):
        words = refusal(RELAIS_SECRET_KEY="", RELAIS_SECRET_KEY_FILE=secret_file(content))

        assert "on one line" in words
        assert "CANARY" not in words


class TestDatabase:
    @pytest.mark.parametrize(
        ("query", "options"),
        [
            ("", {"options": TIMEOUTS}),
            ("?sslmode=require", {"sslmode": "require", "options": TIMEOUTS}),
            (
                "?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&connect_timeout=3",
                {
                    "sslmode": "verify-full",
                    "sslrootcert": "/etc/ca.pem",
                    "connect_timeout": 3,
                    "options": TIMEOUTS,
                },
            ),
            (
                "?options=-c%20statement_timeout%3D30s&options=-c%20search_path%3Drelais",
                {"options": f"{TIMEOUTS} -c statement_timeout=30s -c search_path=relais"},
            ),
        ],
    )
    def test_keeps_the_options_of_its_address(self, query, options):
        given = settings_of(DATABASE_URL=f"postgres://relais@db.association.fr/relais{query}")

        assert given["DATABASES"]["default"]["OPTIONS"] == options

    def test_keeps_those_of_a_file_too(self):
        given = settings_of(DATABASE_URL="sqlite:////srv/relais.sqlite3?timeout=40")
        options = given["DATABASES"]["default"]["OPTIONS"]

        assert (options["timeout"], options["transaction_mode"]) == (40, "IMMEDIATE")

    @pytest.mark.parametrize(
        ("address", "path"),
        [
            ("", ours.BASE_DIR / "relais.sqlite3"),
            ("sqlite:///relais.sqlite3", ours.BASE_DIR / "relais.sqlite3"),
            ("sqlite:////srv/relais%20one.sqlite3", "/srv/relais one.sqlite3"),
        ],
    )
    def test_in_a_file_is_the_same_wherever_a_command_is_run(self, address, path):
        database = settings_of(DATABASE_URL=address)["DATABASES"]["default"]

        assert database["NAME"] == str(path)

    def test_address_is_read_part_by_part(self):
        database = settings_of(DATABASE_URL="postgresql://u%40x:p%3Aw@%2Frun%2Fpg:5433/relais")[
            "DATABASES"
        ]["default"]

        assert database["ENGINE"] == "django.db.backends.postgresql"
        assert [database[part] for part in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
            "u@x",
            "p:w",
            "/run/pg",
            5433,
            "relais",
        ]

    @pytest.mark.parametrize(
        "address",
        [
            "mysql://relais:CANARY@db/relais",
            "relais.sqlite3",
            "sqlite://",
            "postgres://relais:CANARY@db",
            "postgres://relais:CANARY@[db/relais",
            "postgres://relais:CANARY@db:port/relais",
            "postgres://relais:CANARY@db/relais?sslmode",
        ],
    )
    def test_that_we_do_not_know_is_refused_without_its_password(self, address):
        words = refusal(DATABASE_URL=address)

        assert "DATABASE_URL" in words
        assert "CANARY" not in words

    @pytest.mark.postgres
    @pytest.mark.django_db
    def test_takes_the_options(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
            )

            assert cursor.fetchone() == ("10s", "5s")


class TestCache:
    @pytest.mark.skipif(find_spec("redis") is not None, reason="redis is installed here")
    def test_in_redis_says_how_it_is_installed_where_it_is_not(self):
        words = refusal(REDIS_URL="redis://127.0.0.1:6379")

        assert "REDIS_URL" in words
        assert "requirements/redis.txt" in words

    def test_in_redis_has_its_locked_packages(self):
        lines = (ours.BASE_DIR / "requirements" / "redis.txt").read_text().splitlines()
        pins = [line.split("==")[0] for line in lines if "==" in line]

        assert pins == ["async-timeout", "redis"]
        assert sum("--hash=sha256:" in line for line in lines) >= len(pins)

    def test_is_this_process_where_nothing_is_set(self):
        assert settings_of(REDIS_URL="")["CACHES"]["default"]["BACKEND"].endswith("LocMemCache")


class TestEnvFile:
    @pytest.fixture
    def written(self, tmp_path):
        """A file of the lines, and the environment that names it alone."""

        def write(*lines):
            path = tmp_path / "relais.env"
            path.write_text("\n".join(lines))
            return {"RELAIS_ENV_FILE": str(path)}

        return write

    def test_is_read_by_commands_and_by_the_web_process_wherever_they_are_started(
        self, written, tmp_path
    ):
        lines = [f"{name}='{value}'" for name, value in SETTINGS.items() if value]
        named = {"environment": written(*lines), "folder": tmp_path}
        start = f"import sys; sys.path.insert(0, {str(ours.BASE_DIR)!r}); import crm.wsgi;"
        ask = "from django.conf import settings; print(settings.PRODUCTION, settings.SITE_URL)"

        by_command = manage("shell", "--no-imports", "-c", ask, **named)
        by_web = run("-c", start + ask, **named)

        assert by_command.stdout == f"True {SETTINGS['RELAIS_URL']}\n", by_command.stderr
        assert by_web.stdout == by_command.stdout, by_web.stderr

    def test_gives_way_to_the_process(self, written):
        given = settings_of(
            written("RELAIS_FROM=file@association.fr", "RELAIS_SMALLEST_GROUP=7"),
            RELAIS_FROM="process@association.fr",
        )

        assert given["DEFAULT_FROM_EMAIL"] == "process@association.fr"
        assert given["SMALLEST_GROUP"] == 7

    def test_gives_way_to_the_process_where_the_secret_stands_in_a_file(self, written):
        given = settings_of(
            written("DATABASE_URL_FILE=/srv/missing"), DATABASE_URL="sqlite:////srv/o.sqlite3"
        )

        assert given["DATABASES"]["default"]["NAME"] == "/srv/o.sqlite3"

    def test_that_is_named_is_there(self):
        assert "/srv/missing.env" in refusal(RELAIS_ENV_FILE="/srv/missing.env")

    def test_beside_manage_py_needs_no_name(self, tmp_path):
        (tmp_path / ".env").write_text("RELAIS_FROM=file@association.fr\nRELAIS_URL=https://x.fr")
        with mock.patch.dict(os.environ, {"RELAIS_URL": ""}, clear=True):
            env_file.load(tmp_path / "elsewhere")
            env_file.load(tmp_path)

            assert dict(os.environ) == {"RELAIS_FROM": "file@association.fr", "RELAIS_URL": ""}

    @pytest.mark.parametrize(
        ("line", "value"),
        [
            ("A=b c", "b c"),
            ("  A= b ", "b"),
            ("A=", ""),
            ("A=''", ""),
            ("A=b#c", "b#c"),
            ("A=postgres://u:p@h/n?a=b&c=d", "postgres://u:p@h/n?a=b&c=d"),
            ("A='b # $c \\ \"d\" '", 'b # $c \\ "d" '),
            (r'A="b # \"c\" \\ \$d it’s"', 'b # "c" \\ $d it’s'),
            ("\ufeffA=b", "b"),
            ("A=b\r", "b"),
        ],
    )
    def test_says_a_value_as_it_is_typed_or_in_quotes(self, tmp_path, line, value):
        path = tmp_path / "relais.env"
        path.write_bytes(f"{line}\n\n# a comment\n; another".encode())

        assert env_file.read(path) == {"A": value}

    @pytest.mark.parametrize(
        "line",
        [
            "export A=CANARY",
            "A = CANARY",
            "1A=CANARY",
            "CANARY",
            "=CANARY",
            "A=CANARY # a comment",
            "A=#CANARY",
            "A=CANARY'S",
            "A=CA\\NARY",
            "A=$CANARY",
            "A='CANARY",
            "A='CANARY' # a comment",
            "A='it''s CANARY'",
            'A="CANARY',
            'A="$CANARY"',
            'A="CANARY\\n"',
            "A=CANARY\0",
            "B=CANARY",
        ],
    )
    def test_that_may_mean_two_things_is_refused_with_the_number_of_the_line(self, tmp_path, line):
        path = tmp_path / "relais.env"
        path.write_text(f"# ours\n\nB=1\n{line}\n")

        with pytest.raises(ImproperlyConfigured) as refused:
            env_file.read(path)

        assert f"{path}, line 4: " in str(refused.value)
        assert "CANARY" not in str(refused.value)

    def test_that_is_no_text_is_refused(self, tmp_path):
        path = tmp_path / "relais.env"
        path.write_bytes(b"A=\xff")

        with pytest.raises(ImproperlyConfigured, match="UTF-8"):
            env_file.read(path)


@pytest.mark.django_db
class TestDemoAccounts:
    def test_production_does_not_start_on_the_demos_database(self, settings):
        User.objects.create_user("someone@relais.example", "x", full_name="Demo")
        refuse_demo_accounts()

        settings.PRODUCTION = True

        with pytest.raises(ImproperlyConfigured):
            refuse_demo_accounts()

    def test_production_starts_with_real_people(self, settings):
        User.objects.create_user("someone@association.fr", "x", full_name="Real")
        settings.PRODUCTION = True

        refuse_demo_accounts()
