"""What the check of a deployment names."""

import pytest

from tests.production import said_by_checks, settings_of


class TestCheck:
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

    def test_knows_a_sender_whose_mails_are_taken(self):
        assert said_by_checks(RELAIS_FROM="") == ["relais.E004"]
        assert said_by_checks(RELAIS_FROM="Relais <relais@localhost>") == ["relais.E004"]
