"""The file of settings: read by whatever starts, and refused where a line may mean two things."""

import os
from unittest import mock

import pytest
from django.conf import settings as ours
from django.core.exceptions import ImproperlyConfigured

from crm.deployment import env_file
from tests.crm.deployment.refused import refusal
from tests.production import SETTINGS, manage, run, settings_of


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
