"""The mail of Monday, or of each day: what waits, to whom it waits for, once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from crm.domain import todos
from crm.domain.roles import Role
from crm.models import User
from crm.services import digest, snoozes
from crm.services.digest import first_working_day, send_digests, todos_of
from tests.crm.factories import person_as
from tests.engagements.factories import BlockerFactory, EngagementFactory, LeadAppointmentFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)


class TestDigest:
    @pytest.fixture
    def blocked(self, member, coordinator):
        engagement = EngagementFactory(
            member=member,
            coordinator=coordinator,
            title="Only 100% ours\r\nBcc: x",
            last_news_on=date(2026, 11, 20),
        )
        LeadAppointmentFactory(engagement=engagement)
        BlockerFactory(engagement=engagement, opened_on=date(2026, 11, 20))
        return engagement

    def send(self, at, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            return send_digests(at=at)

    def test_one_mail_on_monday_with_only_ones_own(
        self, blocked, coordinator, outsider, django_capture_on_commit_callbacks
    ):
        sent = [self.send(MONDAY, django_capture_on_commit_callbacks).mails for _turn in range(2)]

        (message,) = mail.outbox
        assert sent == [1, 0]
        assert message.to == [coordinator.email]
        assert "100%" in message.body
        assert "\n" not in message.subject
        assert "<b>" not in message.alternatives[0][0]

    def test_nothing_to_do_no_mail(self, coordinator, django_capture_on_commit_callbacks):
        sent = self.send(MONDAY, django_capture_on_commit_callbacks)

        assert (sent.mails, sent.without, mail.outbox) == (0, 1, [])

    @pytest.mark.parametrize(
        ("digest", "at", "mails"),
        [
            ("weekly", MONDAY + timedelta(days=1), 0),
            ("daily", MONDAY + timedelta(days=1), 1),
            ("daily", datetime(2026, 12, 25, 7, tzinfo=UTC), 0),
            ("daily", MONDAY - timedelta(days=1), 0),
            ("never", MONDAY, 0),
        ],
    )
    def test_as_often_as_one_chose(
        self, blocked, coordinator, client, digest, at, mails, django_capture_on_commit_callbacks
    ):
        client.force_login(coordinator)
        client.post(reverse("crm:digest-choose"), {"digest": digest, "language": "en"})

        assert self.send(at, django_capture_on_commit_callbacks).mails == mails

    def test_in_the_language_one_chose(
        self, blocked, coordinator, django_capture_on_commit_callbacks
    ):
        digest.choose_digest(coordinator, digest="weekly", language="fr", by=coordinator)
        self.send(MONDAY, django_capture_on_commit_callbacks)

        assert mail.outbox[0].subject == "1 chose vous attend"

    def test_what_was_put_off_stays_out(
        self, blocked, coordinator, django_capture_on_commit_callbacks
    ):
        (todo,) = [
            todo for todo in todos_of(coordinator, MONDAY.date()) if todo.key.startswith("trouble")
        ]
        del coordinator._snoozed_keys
        snoozes.snooze(
            todo.key, title="A", until=MONDAY.date() + timedelta(days=3), by=coordinator, at=MONDAY
        )

        assert self.send(MONDAY, django_capture_on_commit_callbacks).mails == 0

    def test_the_link_stops_the_mails_after_a_click_and_not_by_being_looked_at(
        self, blocked, coordinator, client, django_capture_on_commit_callbacks
    ):
        self.send(MONDAY, django_capture_on_commit_callbacks)
        address = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").split("8000")[1]
        assert client.get(address).status_code == 200
        assert User.objects.get(pk=coordinator.pk).digest == ""

        client.post(address)

        assert User.objects.get(pk=coordinator.pk).digest == "never"
        assert client.get(address[:-3] + "xx/").status_code == 404

    def test_one_mail_that_fails_stops_nobody_elses_and_is_tried_again(
        self, blocked, coordinator, member, settings
    ):
        other = person_as(Role.COORDINATOR, member, full_name="Zoé", email="zoe@member.example")
        settings.EMAIL_BACKEND = "tests.engagements.mailboxes.RefusesOne"
        settings.REFUSED_ADDRESS = coordinator.email

        first = send_digests(at=MONDAY)
        settings.REFUSED_ADDRESS = ""
        second = send_digests(at=MONDAY)

        assert (first.mails, first.failed) == (1, 1)
        assert (second.mails, second.failed) == (1, 0)
        assert [message.to for message in mail.outbox] == [[other.email], [coordinator.email]]

    def test_the_command_fails_when_a_mail_failed(
        self, blocked, coordinator, settings, monkeypatch
    ):
        settings.EMAIL_BACKEND = "tests.engagements.mailboxes.RefusesOne"
        settings.REFUSED_ADDRESS = coordinator.email
        digest.choose_digest(coordinator, digest="daily", language="fr", by=coordinator)

        coordinator.memberships.update(started_on=date(2026, 1, 1))
        monkeypatch.setattr(timezone, "now", lambda: MONDAY)
        with pytest.raises(CommandError, match="1 mails were not sent"):
            call_command("digest")

    def test_more_than_a_mail_shows_are_counted(self, coordinator, member):
        for _n in range(todos.MAX_SHOWN + 6):
            EngagementFactory(member=member, coordinator=coordinator, last_news_on=date(2026, 9, 1))

        send_digests(at=MONDAY)

        assert mail.outbox[0].subject == f"{todos.MAX_SHOWN + 6} choses vous attendent"
        assert "Et 6 autres." in mail.outbox[0].body

    def test_the_first_working_day_of_a_week_is_its_day(self):
        assert [first_working_day(date(2026, 4, day)) for day in (6, 7, 9)] == [
            date(2026, 4, 7)
        ] * 3
        assert first_working_day(MONDAY.date() + timedelta(days=4)) == MONDAY.date()

    def test_a_choice_left_as_it_is_changes_nothing(self, client, coordinator):
        client.force_login(coordinator)
        drawn = client.get(reverse("crm:account")).context["digest_form"]
        client.post(
            reverse("crm:digest-choose"), {field.html_name: field.value() for field in drawn}
        )

        coordinator.refresh_from_db()
        assert (coordinator.digest, coordinator.chosen_digest, coordinator.week_mail) == (
            "",
            "weekly",
            True,
        )

    def test_the_command_says_what_it_did(self, blocked, capsys):
        call_command("digest")

        assert "mails" in capsys.readouterr().out
