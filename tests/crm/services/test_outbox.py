"""Mails are rows until a server has taken them: none is lost, none is sent twice, none tells of what was not saved."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import IntegrityError, transaction

from crm import mail
from crm.domain.refusals import Refused
from crm.models import OutgoingMail
from crm.services import outbox
from tests.crm.mail_server import SMTP, mail_server
from tests.journeys.site import free_port

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
State = OutgoingMail.State


@pytest.fixture(autouse=True)
def by_the_outbox(settings):
    settings.EMAIL_BACKEND = "crm.deployment.outbox.Backend"


@pytest.fixture
def server():
    with mail_server() as server:
        yield server


def written(to="ada@a.example", subject="Bonjour", **facts):
    message = EmailMultiAlternatives(subject, "Texte à lire", "relais@a.example", [to])
    message.attach_alternative("<p>Texte à lire</p>", "text/html")
    return outbox.put(message, at=facts.pop("at", NOW), **facts)


def deliver(at=NOW, **options):
    return outbox.deliver_due(clock=lambda: at, **options)


def reread(row):
    return OutgoingMail.objects.get(pk=row.pk)


class TestPut:
    def test_whatever_is_sent_becomes_a_row(self):
        send_mail("Sujet", "Texte", "relais@a.example", ["ada@a.example"])

        row = OutgoingMail.objects.get()
        assert (row.to, row.subject, row.state) == ("ada@a.example", "Sujet", State.WAITING)

    def test_what_is_not_saved_is_not_told(self):
        with transaction.atomic():
            written()
            transaction.set_rollback(True)

        assert not OutgoingMail.objects.exists()


class TestUse:
    """What opens nothing any more when the server is back is not sent."""

    @pytest.mark.parametrize(
        ("kind", "facts", "opens"),
        [
            ("log-in-code", {"code": "ABCD"}, timedelta(minutes=15)),
            ("forgotten", {}, timedelta(days=7)),
            ("invited", {}, timedelta(days=7)),
        ],
    )
    def test_a_code_or_a_link_is_of_use_as_long_as_it_opens(self, kind, facts, opens):
        mail.send(kind, "ada@a.example", language="fr", path="/", **facts)

        row = OutgoingMail.objects.get()
        assert abs(row.useless_after - row.made_at - opens) < timedelta(seconds=5)

    def test_a_secret_stands_in_no_column_that_is_kept(self):
        mail.send("log-in-code", "ada@a.example", language="fr", path="/", code="CANARY")
        row = OutgoingMail.objects.get()
        assert b"CANARY" in bytes(row.message)

        kept = OutgoingMail.objects.values().get()
        del kept["message"]
        assert "CANARY" not in str(kept)


class TestDeliver:
    def test_the_server_gets_it_whole(self, server):
        written(subject="Réponse à l’Œuvre — 100 %")

        assert deliver().sent == 1
        (mail,) = server.mails
        assert (mail["to"], mail["subject"]) == ("ada@a.example", "Réponse à l’Œuvre — 100 %")
        assert mail.get_body(("plain",)).get_content().strip() == "Texte à lire"
        assert mail.get_body(("html",)).get_content().strip() == "<p>Texte à lire</p>"

    def test_its_text_goes_once_it_is_out(self, server):
        row = written()
        deliver()

        row = reread(row)
        assert (row.state, row.message, row.ended_at) == (State.SENT, None, NOW)

    def test_none_goes_twice(self, server):
        written()

        assert (deliver().sent, deliver().sent, len(server.mails)) == (1, 0, 1)

    def test_the_longest_due_goes_first(self, server):
        for minutes in (2, 3, 1):
            written(subject=str(minutes), at=NOW - timedelta(minutes=minutes))
        deliver()

        assert [mail["subject"] for mail in server.mails] == ["3", "2", "1"]

    def test_so_many_at_most(self, server):
        for _each in range(3):
            written()

        assert (deliver(most=2).sent, deliver().sent) == (2, 1)


class TestRefused:
    @pytest.mark.parametrize(
        ("to", "trouble"),
        [
            ("nobody@a.example", "SMTPRecipientsRefused:550"),
            ("spam@a.example", "SMTPDataError:554"),
        ],
    )
    def test_for_good_it_is_failed_and_keeps_its_text(self, server, to, trouble):
        row = written(to=to)

        assert deliver().failed == 1
        row = reread(row)
        assert (row.state, row.trouble, bool(row.message)) == (State.FAILED, trouble, True)

    def test_one_refusal_stops_nobody_elses(self, server):
        written(to="nobody@a.example", at=NOW - timedelta(minutes=1))
        written()

        delivery = deliver()
        assert (delivery.sent, delivery.failed, delivery.is_server_down) == (1, 1, False)

    def test_an_address_that_the_server_cannot_write_is_failed(self, server):
        row = written(to="zoé@a.example")
        deliver()

        assert reread(row).state in {State.FAILED, State.SENT}  # sent where the server writes UTF-8

    def test_for_now_it_waits_longer_each_time(self, server):
        row = written(to="later@a.example")
        waits, at = [], NOW
        for _try in range(4):
            assert deliver(at).waiting == 1
            row = reread(row)
            waits.append((row.next_at - at) / timedelta(minutes=1))
            at = row.next_at

        assert [
            low <= wait <= high
            for wait, low, high in zip(waits, [0.9, 4.5, 27, 108], [1.1, 5.5, 33, 132], strict=True)
        ] == [True] * 4
        assert row.trouble == "SMTPRecipientsRefused:451"

    def test_after_days_it_is_failed_in_the_open(self, server):
        row = written(to="later@a.example", at=NOW - outbox.TRIED_FOR)

        assert deliver().failed == 1
        assert reread(row).state == State.FAILED

    def test_what_came_too_late_is_given_up(self, server):
        row = written(useless_after=NOW)
        deliver()

        assert (reread(row).state, reread(row).trouble, server.mails) == (
            State.GIVEN_UP,
            "too late",
            [],
        )


class TestServerDown:
    @pytest.fixture(autouse=True)
    def nobody_there(self, settings):
        settings.MAIL_TRANSPORT = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    def test_all_wait_and_one_tries(self):
        rows = [written() for _each in range(3)]

        delivery = deliver()
        assert (delivery.waiting, delivery.is_server_down) == (1, True)
        assert [reread(row).tries for row in rows] == [1, 0, 0]

    def test_they_go_when_it_is_back(self):
        for _each in range(3):
            written()
        deliver()

        with mail_server() as server:
            deliver(NOW + timedelta(minutes=2))
        assert len(server.mails) == 3

    def test_one_that_does_not_answer_is_not_waited_for_long(self, settings):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = silent.getsockname()[1], 0.2
            row = written()

            assert deliver().is_server_down
        assert reread(row).trouble == "SMTPServerDisconnected"


class TestLease:
    def test_what_somebody_else_sends_is_left_alone(self, server):
        OutgoingMail.objects.filter(pk=written().pk).update(leased_until=NOW + timedelta(seconds=1))

        assert deliver().sent == 0

    def test_what_a_dead_worker_held_is_sent_once_its_lease_is_over(self, server):
        OutgoingMail.objects.filter(pk=written().pk).update(tries=1, leased_until=NOW)

        assert deliver().sent == 1

    def test_whoever_was_slower_than_its_lease_changes_nothing(self, server):
        row = written()
        slow = outbox._lease(NOW)
        OutgoingMail.objects.filter(pk=row.pk).update(leased_until=NOW)
        deliver()

        outbox._put_back(slow, TimeoutError(), NOW)
        assert reread(row).state == State.SENT


class TestByHand:
    def test_a_failed_one_is_tried_again_for_days(self, server):
        row = written(to="nobody@a.example", at=NOW - timedelta(days=9))
        deliver()
        OutgoingMail.objects.update(recipients=["ada@a.example"])

        outbox.try_again(row, at=NOW)
        row = reread(row)
        assert (row.state, row.tries, row.tried_until) == (
            State.WAITING,
            0,
            NOW + outbox.TRIED_FOR,
        )
        assert deliver().sent == 1

    def test_all_failed_ones_are_tried_again_at_once(self, server):
        for _each in range(3):
            written(to="nobody@a.example")
        sent = written()
        deliver()

        assert outbox.try_all_again(at=NOW) == 3
        assert reread(sent).state == State.SENT

    def test_what_is_given_up_keeps_no_text(self):
        row = written()
        outbox.give_up(row, at=NOW)

        assert (reread(row).state, reread(row).message) == (State.GIVEN_UP, None)

    @pytest.mark.parametrize("act", [outbox.try_again, outbox.give_up])
    def test_what_is_out_stays_so(self, server, act):
        row = written()
        deliver()

        with pytest.raises(Refused, match="nothing is left"):
            act(row, at=NOW)

    @pytest.mark.parametrize("act", [outbox.try_again, outbox.give_up])
    def test_what_is_being_sent_is_left_alone(self, act):
        row = written()
        outbox._lease(NOW)

        with pytest.raises(Refused, match="this very moment"):
            act(row, at=NOW)


class TestForget:
    def test_what_is_over_goes_after_a_month_address_and_all(self, server):
        old, failed = written(), written(to="nobody@a.example")
        deliver()
        waiting = written()
        later = NOW + timedelta(days=outbox.KEPT_DAYS)

        assert outbox.forget_old_mails(at=later) == 0
        assert outbox.forget_old_mails(at=later + timedelta(seconds=1)) == 2
        assert list(OutgoingMail.objects.values_list("pk", flat=True)) == [waiting.pk]
        assert {old.pk, failed.pk}.isdisjoint({waiting.pk})


def test_the_database_keeps_no_text_of_what_is_out():
    row = written()

    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.filter(pk=row.pk).update(state=State.SENT, ended_at=NOW)
