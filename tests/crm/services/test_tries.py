"""Guessing is slowed down at each door, whoever guesses, and the owner of an account comes in meanwhile."""

import subprocess
import sys
from datetime import timedelta
from secrets import token_urlsafe

import pytest
from django import conf
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.forms.accounts import TOO_MANY
from crm.models import TryCount
from crm.services import tries
from crm.services.tries import ONE_ACCOUNT, WHOLE_ACCOUNT, key_of
from tests.crm.factories import PASSWORD, UserFactory, person_as
from tests.crm.guessing import DOORS, EMAIL, guess, is_shut, try_it
from tests.races import at_once, on_postgres


@pytest.fixture
def zoe(db):
    return person_as(Role.ADMINISTRATOR, email=EMAIL, password=PASSWORD)


@pytest.mark.parametrize("door", DOORS)
class TestEachDoor:
    """The administration has no second door: its log-in is the same one."""

    def test_ten_wrong_tries_shut_it_even_to_the_right_password(self, zoe, door):
        assert guess(11, door=door) == [False] * 10 + [True]
        assert is_shut(try_it(door, password=PASSWORD))

    def test_they_are_counted_together(self, zoe, door):
        for other in DOORS:
            guess(5, door=other)

        assert is_shut(try_it(door))

    @pytest.mark.parametrize(
        "given", [{"password": ""}, {"email": ""}, {"email": "no address"}, {"email": "a\0@b.fr"}]
    )
    def test_what_is_no_try_neither_counts_nor_forgets(self, zoe, door, given):
        guess(9, door=door)
        for _n in range(20):
            assert try_it(door, **given).status_code == 422

        assert guess(2, door=door) == [False, True]

    def test_the_right_password_leads_in(self, zoe, door):
        client = Client()

        assert try_it(door, password=PASSWORD, client=client).status_code == 302
        assert client.get("/admin/").status_code == 200


class TestWhoIsShutOut:
    def test_a_stranger_elsewhere_keeps_nobody_out(self, zoe):
        guess(11, address="198.51.100.7")

        assert try_it(password=PASSWORD).status_code == 302

    def test_many_networks_together_have_a_hundred_a_day(self, zoe):
        for n in range(10):
            assert not any(guess(10, address=f"192.0.2.{n}"))

        assert is_shut(try_it(address="203.0.113.1"))
        assert not is_shut(try_it(email="other@relais.example", address="203.0.113.1"))

    def test_one_network_has_fifty_over_all_accounts(self, zoe):
        shut = [is_shut(try_it(email=f"p{n}@relais.example")) for n in range(60)]

        assert shut == [False] * 50 + [True] * 10
        assert not is_shut(try_it(address="192.0.2.2"))

    def test_coming_in_with_an_own_account_begins_nothing_anew(self, zoe):
        UserFactory(email="eve@relais.example", password=PASSWORD)
        for n in range(50):
            try_it(email=f"p{n % 10}@relais.example")
            if n % 9 == 0:
                try_it(email="eve@relais.example", password=PASSWORD)

        assert is_shut(try_it())

    def test_one_subscriber_of_ipv6_is_one_network_and_one_ipv4_written_as_ipv6_is_itself(
        self, zoe
    ):
        assert guess(10, address="2001:db8:1:2::1") == [False] * 10
        assert is_shut(try_it(address="2001:db8:1:2:ffff::9"))
        guess(10, address="192.0.2.1")
        assert is_shut(try_it(address="::ffff:192.0.2.1"))

    def test_unknown_accounts_are_shut_alike(self, db):
        assert guess(11, email="nobody@relais.example") == [False] * 10 + [True]


class TestCounting:
    def test_a_span_that_is_over_begins_anew(self, db):
        now = timezone.now()
        for _n in range(10):
            tries.count_try(ONE_ACCOUNT, "a", "b", at=now)

        assert not tries.count_try(
            ONE_ACCOUNT, "a", "b", at=now + ONE_ACCOUNT.span - timedelta(seconds=1)
        )
        assert tries.count_try(ONE_ACCOUNT, "a", "b", at=now + ONE_ACCOUNT.span)

    def test_other_accounts_push_no_count_out(self, zoe):
        guess(10)
        for n in range(400):
            tries.may_try_log_in(
                f"p{n}@relais.example", network=f"n{n}", device="", at=timezone.now()
            )

        assert is_shut(try_it())

    def test_what_is_kept_names_nobody(self, zoe):
        guess(1)

        assert {len(key) for key in TryCount.objects.values_list("key", flat=True)} == {64}

    def test_the_daily_upkeep_forgets_what_is_over(self, db):
        now = timezone.now()
        tries.count_try(ONE_ACCOUNT, "old", at=now - ONE_ACCOUNT.span)
        tries.count_try(ONE_ACCOUNT, "new", at=now)
        call_command("upkeep", verbosity=0)

        assert list(TryCount.objects.values_list("key", flat=True)) == [key_of(ONE_ACCOUNT, "new")]

    def test_a_right_password_gives_its_own_try_back(self, zoe):
        guess(3)
        try_it(password=PASSWORD)

        entries = dict(TryCount.objects.values_list("key", "tries"))
        assert entries[key_of(WHOLE_ACCOUNT, EMAIL)] == 3
        assert sorted(entries.values()) == [3, 3]


class TestOtherSecrets:
    @pytest.mark.parametrize("door", [reverse("crm:password-change"), "/admin/password_change/"])
    def test_the_old_password_is_not_guessed_from_a_browser_left_open(self, zoe, client, door):
        client.force_login(zoe)
        new = {
            "new_password1": "another-believable-2027",
            "new_password2": "another-believable-2027",
        }
        for _n in range(10):
            client.post(door, {"old_password": "wrong"} | new)

        response = client.post(door, {"old_password": PASSWORD} | new)

        assert response.context_data["form"].errors["old_password"] == [str(TOO_MANY)]
        zoe.refresh_from_db()
        assert zoe.check_password(PASSWORD)

    @pytest.mark.parametrize(
        "name",
        [
            "crm:ask-enter",
            "crm:digest-leave",
            "engagements:answer-enter",
            "engagements:link-enter",
            "engagements:calendar",
            "volunteers:week-link-enter",
            "volunteers:attestation-check",
            "impact:shared-enter",
            "impact:report-check",
        ],
    )
    def test_wrong_addresses_are_slowed_down(self, db, client, name, caplog):
        secret = token_urlsafe(32)
        answers = [client.get(reverse(name, args=[secret])).status_code for _n in range(32)]

        assert answers == [404] * 30 + [429] * 2
        assert secret not in caplog.text
        assert client.get(reverse(name, args=[secret]), REMOTE_ADDR="192.0.2.77").status_code == 404


FOUR_TIMES = """
import os, sys
pids = []
for _n in range(4):
    pid = os.fork()
    if pid == 0:
        import django
        django.setup()
        from django.utils import timezone
        from crm.services.tries import ONE_NETWORK, count_try
        for _try in range(50):
            count_try(ONE_NETWORK, "race", at=timezone.now())
        os._exit(0)
    pids.append(pid)
sys.exit(max(os.waitpid(pid, 0)[1] for pid in pids))
"""


def test_four_processes_lose_no_try(tmp_path):
    """On a database file of its own, as SQLite has it in production; PostgreSQL: below."""
    environment = {
        "PATH": "",
        "DJANGO_SETTINGS_MODULE": "crm.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'r.db'}",
    }
    run = {"cwd": conf.settings.BASE_DIR, "env": environment, "check": True}
    table = (
        "import django; django.setup(); from django.db import connection; from crm.models import TryCount\n"
        "with connection.schema_editor() as editor: editor.create_model(TryCount)\n"
    )
    count = "import django; django.setup(); from crm.models import TryCount; print(TryCount.objects.get().tries)"
    subprocess.run([sys.executable, "-c", table], **run)
    subprocess.run([sys.executable, "-c", FOUR_TIMES], **run)

    done = subprocess.run([sys.executable, "-c", count], **run, capture_output=True, text=True)

    assert done.stdout == "200\n"


class TestRaces:
    pytestmark = on_postgres

    def test_no_try_is_lost_and_no_more_pass_than_may(self):
        passed = at_once(*[lambda: tries.count_try(ONE_ACCOUNT, "race", at=timezone.now())] * 16)

        assert (passed.count(True), TryCount.objects.get().tries) == (10, 16)
