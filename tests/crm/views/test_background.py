"""What Relais does by itself, as an administrator sees it, mends it and is told of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.mail import MAILS as MAILS_THERE_ARE
from crm.models import Job, OutgoingMail, Schedule, Worker
from tests.crm.factories import JobFactory, OutgoingMailFactory, person_as

pytestmark = pytest.mark.django_db

PAGE, MAILS = reverse("crm:background"), reverse("crm:mail-list")


@pytest.fixture
def administrator(member, client):
    administrator = person_as(Role.ADMINISTRATOR, member, language="en")
    client.force_login(administrator)
    return administrator


@pytest.fixture
def shown(administrator, client):
    """The text of a page in English."""
    client.cookies["django_language"] = "en"
    return lambda page=PAGE: client.get(page).content.decode()


def press(client, name, *arguments):
    return client.post(reverse(f"crm:{name}", args=arguments), follow=True)


class TestPage:
    def test_nobody_at_work_is_said_first_and_what_it_means(self, shown):
        assert "Nobody is at work" in shown()
        assert "Mails do not leave" in shown()

    def test_a_worker_that_was_just_heard_of_is_at_work(self, shown):
        now = timezone.now()
        Worker.objects.create(name="here:1", started_at=now - timedelta(days=1), seen_at=now)

        assert "At work" in shown()
        assert "Mails do not leave" not in shown()

    def test_one_that_was_not_heard_of_for_long_is_not(self, shown):
        long_ago = datetime(2026, 6, 1, 8, 5, tzinfo=UTC)
        Worker.objects.create(name="here:1", started_at=long_ago, seen_at=long_ago)

        assert "Nobody has been at work since 1 June 2026" in shown()

    def test_every_job_of_the_settings_has_its_words(self, settings, shown):
        for name in [*settings.DAILY_JOBS, *settings.MORNING_JOBS]:
            Schedule.objects.create(name=name, next_at=timezone.now())

        text = shown()
        assert "run_" not in text
        assert "Links of the week to volunteers" in text

    def test_a_failed_job_says_what_broke_and_not_with_which_words(self, shown):
        JobFactory()

        assert "ValueError" in shown()

    @pytest.mark.parametrize("size", [1, 7])
    def test_queries_do_not_grow(self, client, shown, django_assert_max_num_queries, size):
        for _each in range(size):
            JobFactory()
            OutgoingMailFactory(failed=True)
            Schedule.objects.create(name=f"job {_each}", next_at=timezone.now())
        shown()

        with django_assert_max_num_queries(10):
            shown()

    def test_who_administers_finds_it_in_their_menu(self, shown):
        assert f'href="{PAGE}"' in shown(reverse("crm:account"))


class TestMails:
    def test_why_one_did_not_leave_is_said_in_words(self, shown):
        OutgoingMailFactory(failed=True, trouble="SMTPRecipientsRefused:550")

        assert "The mail server refuses this address (550)." in shown(MAILS)

    def test_none_yet_says_what_will_stand_there(self, shown):
        assert "No mail here" in shown(MAILS)

    @pytest.mark.parametrize(
        ("query", "found"),
        [("", 3), ("?state=failed", 1), ("?q=ADA", 1), ("?q=nobody", 0), ("?state=sent", 1)],
    )
    def test_they_are_found_by_address_and_by_state(self, shown, query, found):
        OutgoingMailFactory(failed=True)
        OutgoingMailFactory(sent=True)
        OutgoingMailFactory(to="ada@holder.example")

        assert shown(MAILS + query).count('<th scope="row">') == found

    def test_no_page_shows_what_a_mail_says(self, shown):
        OutgoingMailFactory(message=b"Subject: a\n\nCANARY")

        assert "CANARY" not in shown(MAILS)

    @pytest.mark.parametrize("size", [3, 60])
    def test_queries_do_not_grow(self, shown, django_assert_max_num_queries, size):
        for _each in range(size):
            OutgoingMailFactory(failed=True)
        shown(MAILS)

        with django_assert_max_num_queries(8):
            shown(MAILS)


class TestButtons:
    def test_a_failed_mail_is_tried_again(self, client, administrator):
        mail = OutgoingMailFactory(failed=True)
        press(client, "mail-try-again", mail.pk)

        assert OutgoingMail.objects.get().state == "waiting"

    def test_all_of_them_are(self, client, administrator):
        for _each in range(2):
            OutgoingMailFactory(failed=True)
        press(client, "mails-try-again")

        assert OutgoingMail.objects.waiting().count() == 2

    def test_one_is_given_up_and_a_second_press_is_told_so(self, client, administrator):
        mail = OutgoingMailFactory(failed=True)
        press(client, "mail-give-up", mail.pk)
        client.cookies["django_language"] = "en"
        again = press(client, "mail-give-up", mail.pk)

        assert OutgoingMail.objects.get().state == "given-up"
        assert "nothing is left to do" in again.content.decode()

    def test_a_failed_job_runs_again(self, client, administrator):
        job = JobFactory()
        press(client, "job-try-again", job.pk)

        assert Job.objects.get().state == Job.State.WAITING


class TestTexts:
    @pytest.mark.parametrize(("language", "why"), [("fr", "Vous recevez"), ("en", "You get")])
    def test_each_mail_is_there_with_its_reason_and_no_place_left_open(
        self, client, administrator, language, why
    ):
        client.cookies["django_language"] = language
        text = client.get(reverse("crm:mail-texts")).content.decode()

        assert text.count(f"{why} ") == len(MAILS_THERE_ARE)
        assert "%(" not in text
