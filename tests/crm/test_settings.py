"""What the environment says becomes settings, and what cannot be meant is refused in words."""

import pytest
from django.conf import settings as ours

from crm import mail
from tests.crm.deployment.refused import refusal
from tests.production import NOTHING_SET, deploy_check, settings_of


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
        table = (ours.BASE_DIR / "docs" / "settings.md").read_text()

        assert [name for name in settings_of()["env"].asked if f"`{name}`" not in table] == []

    def test_joins_links_to_an_address_with_or_without_its_last_slash(self):
        given = settings_of(RELAIS_URL="https://relais.association.fr/")

        assert given["SITE_URL"] == "https://relais.association.fr"

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

    @pytest.mark.parametrize(("folder", "compressed"), [("", False), ("/srv/static", True)])
    def test_sends_them_compressed_wherever_they_were_collected(self, folder, compressed):
        storages = settings_of(NOTHING_SET, RELAIS_STATIC=folder).get("STORAGES", {})

        backend = storages.get("staticfiles", {}).get("BACKEND", "")
        assert backend.endswith(".CompressedManifestStaticFilesStorage") is compressed


class TestCache:
    def test_in_redis_has_its_locked_packages(self):
        lines = (ours.BASE_DIR / "requirements" / "redis.txt").read_text().splitlines()
        pins = [line.split("==")[0] for line in lines if "==" in line]

        assert pins == ["async-timeout", "redis"]
        assert sum("--hash=sha256:" in line for line in lines) >= len(pins)


@pytest.mark.django_db
def test_the_coalition_bears_the_name_that_it_is_given(settings, client):
    settings.COALITION = "Collectif Numérique"

    message = mail.compose(
        mail.MAILS["invited"], "lou@relais.example", language="fr", path="/way-in/"
    )

    assert "Relais · Collectif Numérique" in message.body
    assert "Relais · Collectif Numérique" in message.alternatives[0][0]
    assert "Collectif Numérique\u00a0: ses membres" in client.get("/ask/").content.decode()
