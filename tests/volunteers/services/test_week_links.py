"""The mail of Friday: to whom it goes, once, with a link of its own."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from crm.models import User
from tests.engagements.factories import PauseFactory, ProgressLogFactory
from tests.volunteers.factories import AssignmentFactory
from volunteers.models import WeekLink
from volunteers.services import week_links, weeks
from volunteers.services.week_links import last_working_day

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 6, 12, 7, 0, tzinfo=UTC)
MONDAY = date(2026, 6, 8)


@pytest.fixture
def send(django_capture_on_commit_callbacks):
    def send(at=FRIDAY):
        with django_capture_on_commit_callbacks(execute=True):
            return week_links.send_week_links(at=at).mails

    return send


class TestTheMail:
    def test_goes_to_whoever_has_not_logged_the_week(self, send):
        assignment = AssignmentFactory(volunteer__user__email="ines@firm.example")

        assert send() == 1
        (message,) = mail.outbox
        assert message.to == ["ines@firm.example"]
        assert re.search(r"/volunteering/my-week/r/[\w-]{43}/", message.body)
        assert "List-Unsubscribe" in message.extra_headers
        assert assignment.volunteer.week_links.get().week == MONDAY

    def test_is_sent_once_a_week(self, send):
        AssignmentFactory()

        assert [send(), send(FRIDAY + timedelta(hours=3)), send(FRIDAY + timedelta(days=7))] == [
            1,
            0,
            1,
        ]

    @pytest.mark.parametrize(
        ("at", "sent"),
        [
            (datetime(2026, 6, 11, 7, 0, tzinfo=UTC), 0),
            (datetime(2026, 6, 13, 7, 0, tzinfo=UTC), 0),
            (datetime(2026, 12, 24, 7, 0, tzinfo=UTC), 1),  # the Friday is Christmas
        ],
    )
    def test_leaves_on_the_weeks_last_working_day(self, send, at, sent):
        AssignmentFactory()

        assert send(at) == sent

    def test_a_logged_week_brings_no_mail_and_nothing_is_a_word(self, send):
        assignment = AssignmentFactory()
        weeks.log_work(
            assignment,
            weeks.WorkedWeek(week=MONDAY, days={}, is_nothing=True),
            by=assignment.volunteer.user,
            at=FRIDAY,
        )

        assert send() == 0

    def test_one_assignment_of_two_still_to_log_brings_one_mail(self, send):
        logged = AssignmentFactory(days_a_week=Decimal(1))
        AssignmentFactory(volunteer=logged.volunteer, days_a_week=Decimal(1))
        ProgressLogFactory(engagement=logged.engagement, author=logged.volunteer.user, week=MONDAY)

        assert send() == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"confirmed_on": None},
            {"ends_on": date(2026, 6, 11)},
            {"starts_on": date(2026, 6, 13)},
            {"volunteer__user__is_active": False},
            {"volunteer__user__week_mail": False},
        ],
    )
    def test_nobody_else_is_written_to(self, send, change):
        AssignmentFactory(**change)

        assert send() == 0

    def test_mails_of_what_waits_are_another_choice(self, send):
        AssignmentFactory(volunteer__user__digest=User.Digest.NEVER)

        assert send() == 1

    def test_a_link_that_did_not_go_out_is_taken_back_and_tried_again(self, send, settings):
        refused, other = AssignmentFactory(), AssignmentFactory()
        settings.EMAIL_BACKEND = "tests.engagements.mailboxes.RefusesOne"
        settings.REFUSED_ADDRESS = refused.volunteer.user.email

        assert week_links.send_week_links(at=FRIDAY) == week_links.SentLinks(1, 1)
        assert [link.volunteer for link in WeekLink.objects.all()] == [other.volunteer]

        settings.REFUSED_ADDRESS = ""
        assert send() == 1

    def test_the_link_at_its_foot_stops_this_mail_alone(self, send, client):
        assignment = AssignmentFactory()
        send()
        address = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")

        client.post("/" + address.split("/", 3)[3])

        user = User.objects.get(pk=assignment.volunteer.user_id)
        assert (user.week_mail, user.digest) == (False, "")

    def test_nobody_is_asked_during_a_pause(self, send):
        PauseFactory(
            engagement=AssignmentFactory().engagement,
            starts_on=MONDAY - timedelta(days=20),
            ends_on=None,
        )

        assert send() == 0

    @pytest.mark.parametrize("size", [1, 5])
    def test_two_people_of_a_week_have_two_links(self, send, size):
        for _n in range(size):
            AssignmentFactory()

        assert send() == size
        assert len(set(WeekLink.objects.order_by("pk").values_list("digest", flat=True))) == size

    def test_the_last_working_day_of_a_week_of_holidays_is_its_friday(self, monkeypatch):
        monkeypatch.setattr("volunteers.services.week_links.is_working_day", lambda day: False)

        assert last_working_day(MONDAY) == date(2026, 6, 12)

    @pytest.mark.parametrize(
        ("ends_on", "until"),
        [
            (date(2026, 6, 12), date(2026, 6, 14)),
            (date(2026, 6, 14), date(2026, 6, 14)),
            (date(2026, 6, 15), None),
        ],
        ids=["Friday", "Sunday", "the next Monday"],
    )
    def test_promises_no_longer_than_the_assignment_may_be_written_to(self, send, ends_on, until):
        AssignmentFactory(ends_on=ends_on)

        send()

        link = WeekLink.objects.get()
        promised = timezone.localdate(FRIDAY + timedelta(days=settings.WEEK_LINK_DAYS))
        assert timezone.localdate(link.expires_at) == (until or promised)

    def test_no_secret_is_stored(self, send):
        AssignmentFactory()
        send()

        token = re.search(r"/r/([\w-]+)/", mail.outbox[0].body)[1]
        assert token not in str(WeekLink.objects.values_list())

    def test_the_database_keeps_one_link_a_week_on_a_monday(self):
        assignment = AssignmentFactory()
        week_links.make_week_link(assignment.volunteer, MONDAY, at=FRIDAY)
        (link,) = WeekLink.objects.all()

        for week in (MONDAY, MONDAY + timedelta(days=1)):
            with pytest.raises(IntegrityError), transaction.atomic():
                WeekLink.objects.create(
                    volunteer=assignment.volunteer,
                    week=week,
                    digest="x" * 64,
                    made_at=link.made_at,
                    expires_at=link.expires_at,
                )
