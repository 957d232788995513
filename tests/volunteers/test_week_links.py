import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from crm.domain import workdays
from crm.models import User
from engagements.models import ProgressLog
from tests.crm.factories import person_as
from tests.engagements.factories import PauseFactory, ProgressLogFactory
from tests.volunteers.factories import AssignmentFactory, WorkDayFactory
from volunteers.models import WeekLink, WorkDay
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


class TestTheLink:
    @pytest.fixture
    def assignment(self):
        today = timezone.localdate()
        return AssignmentFactory(
            starts_on=today - timedelta(days=60),
            ends_on=today + timedelta(days=60),
            days_a_week=Decimal(3),
        )

    @pytest.fixture
    def week(self):
        return workdays.monday_of(timezone.localdate()) - timedelta(days=7)

    @pytest.fixture
    def token(self, assignment, week):
        return week_links.make_week_link(assignment.volunteer, week, at=timezone.now())

    def enter(self, client, token):
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client.get(reverse("volunteers:week-link-enter", args=[token]))

    def url(self, assignment):
        return reverse("volunteers:week-link-log", args=[assignment.pk])

    def test_opens_on_the_week_without_a_password_and_out_of_the_address(
        self, client, assignment, token, week
    ):
        response = self.enter(client, token)
        assert (response.status_code, response["Referrer-Policy"]) == (302, "no-referrer")
        assert token not in response["Location"]

        assert response["Location"] == self.url(assignment)
        page = client.get(response["Location"])
        assert str(assignment.volunteer) in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        assert page["X-Robots-Tag"] == "noindex"
        assert page.context_data["monday"] == week

    def test_reading_writes_nothing(self, client, assignment, token, django_assert_num_queries):
        before = list(WeekLink.objects.values())
        self.enter(client, token)
        with django_assert_num_queries(6):
            client.get(self.url(assignment))

        assert list(WeekLink.objects.values()) == before

    def test_saves_days_alone(self, client, assignment, token, week):
        self.enter(client, token)
        response = client.post(
            self.url(assignment), {"week": week, "seen": "0", "done": "", "day_0": "2"}
        )

        assert response.status_code == 302
        assert [row.half_days for row in assignment.worked_days.order_by("day")] == [2]

    def test_saves_in_the_name_of_the_person(self, client, assignment, token, week):
        self.enter(client, token)
        response = client.post(
            self.url(assignment), {"week": week, "done": "Fait 🎉", "day_0": "2"}
        )

        assert response["Location"] == self.url(assignment)
        log = ProgressLog.objects.get()
        assert (log.author, log.week, log.done) == (assignment.volunteer.user, week, "Fait 🎉")
        assert WorkDay.objects.get().half_days == 2
        assert log.history.latest().history_user == assignment.volunteer.user

    def test_opens_nothing_else(self, client, assignment, token, week):
        self.enter(client, token)
        others = AssignmentFactory()

        assert client.get(self.url(others)).status_code == 404
        assert client.post(self.url(others), {"week": week, "done": "x"}).status_code == 404
        assert client.get(assignment.engagement.get_absolute_url()).status_code == 302
        assert client.get(reverse("volunteers:log-work", args=[assignment.pk])).status_code == 302

    def test_of_somebody_who_is_lent_no_more_opens_nothing(self, client, assignment, token, week):
        self.enter(client, token)
        assignment.volunteer.user.memberships.update(ended_on=timezone.localdate())

        assert client.post(self.url(assignment), {"week": week, "done": "x"}).status_code == 404
        assert not ProgressLog.objects.exists()

    def test_writes_its_own_week_and_moves_nothing_into_it(self, client, assignment, token, week):
        """A tab that was opened by last week's mail holds last week's words: they are not this week's."""
        self.enter(client, token)
        refused = client.post(self.url(assignment), {"week": week - timedelta(days=7), "done": "x"})

        assert refused.status_code == 422
        assert not ProgressLog.objects.exists()

    def test_a_forwarded_link_that_has_served_is_refused_and_the_first_browser_goes_on(
        self, client, assignment, token, week
    ):
        elsewhere = type(client)()
        self.enter(client, token)
        self.enter(elsewhere, token)
        client.post(self.url(assignment), {"week": week, "done": "First"})

        late = elsewhere.post(
            self.url(assignment), {"week": week, "done": "Somebody else", "seen": 1}
        )
        assert late.status_code == 403
        assert elsewhere.get(self.url(assignment)).status_code == 403
        self.enter(elsewhere, token)
        assert elsewhere.get(reverse("volunteers:week-link")).status_code == 403

        client.post(self.url(assignment), {"week": week, "done": "Second", "seen": 1})
        assert ProgressLog.objects.get().done == "Second"

    def test_entering_again_keeps_the_browser(self, client, assignment, token, week):
        self.enter(client, token)
        client.post(self.url(assignment), {"week": week, "done": "First"})
        self.enter(client, token)

        assert client.get(self.url(assignment)).status_code == 200

    def test_a_refused_week_leaves_the_link_to_whoever_saves(self, client, assignment, token, week):
        WorkDayFactory(
            assignment=AssignmentFactory(volunteer=assignment.volunteer, days_a_week=1), day=week
        )
        self.enter(client, token)
        response = client.post(
            self.url(assignment), {"week": week, "done": "Kept words", "day_0": "2"}
        )

        assert response.status_code == 422
        assert "Kept words" in response.content.decode()
        assert WeekLink.objects.get().browser == ""

    @pytest.mark.parametrize("cookie", ["", "x", ".", "a" * 43, "a.b", "é" * 60 + "." + "b" * 43])
    def test_a_wrong_link_is_as_if_missing(self, client, assignment, token, cookie):
        client.cookies["relais-week"] = cookie

        assert client.get(reverse("volunteers:week-link")).status_code == 404
        assert self.enter(client, "wrong").status_code == 404

    def test_the_mailed_secret_alone_is_no_cookie(self, client, assignment, token):
        client.cookies["relais-week"] = token

        assert client.get(self.url(assignment)).status_code == 404

    @pytest.mark.parametrize("how", ["expired", "revoked", "left"])
    def test_a_dead_link_opens_nothing(self, client, assignment, token, week, how):
        self.enter(client, token)
        if how == "expired":
            WeekLink.objects.update(
                expires_at=timezone.now(), made_at=timezone.now() - timedelta(days=6)
            )
        elif how == "revoked":
            week_links.revoke_week_links(assignment.volunteer, at=timezone.now())
        else:
            User.objects.filter(pk=assignment.volunteer.user_id).update(is_active=False)

        assert client.get(self.url(assignment)).status_code == 404
        assert client.post(self.url(assignment), {"week": week, "done": "x"}).status_code == 404
        assert self.enter(client, token).status_code == 404
        assert not ProgressLog.objects.exists()

    def test_somebody_on_two_assignments_chooses(self, client, token, assignment):
        other = AssignmentFactory(
            volunteer=assignment.volunteer,
            starts_on=assignment.starts_on,
            ends_on=assignment.ends_on,
            days_a_week=Decimal(1),
        )
        self.enter(client, token)

        page = client.get(reverse("volunteers:week-link")).content.decode()
        assert self.url(other) in page
        assert self.url(assignment) in page

    def test_an_assignment_taken_back_since_leaves_nothing_to_log(self, client, token, assignment):
        self.enter(client, token)
        assignment.delete()

        assert "nothing to log" in client.get(reverse("volunteers:week-link")).content.decode()

    def test_the_person_and_their_coordinator_revoke_it(self, client, assignment, token):
        for by in (
            assignment.volunteer.user,
            person_as("coordinator", assignment.volunteer.member),
        ):
            client.force_login(by)
            page = client.get(
                reverse("volunteers:volunteer-detail", args=[assignment.volunteer_id])
            )
            address = reverse("volunteers:week-link-revoke", args=[assignment.volunteer_id])
            assert address in page.content.decode()
            client.post(address)

            assert WeekLink.objects.exclude(revoked_at=None).count() == 1
            WeekLink.objects.update(revoked_at=None)


class TestTakingOver:
    def test_what_was_planned_becomes_what_is_done_when_asked(self, client):
        today = timezone.localdate()
        assignment = AssignmentFactory(
            starts_on=today - timedelta(days=60), ends_on=today + timedelta(days=60)
        )
        monday = workdays.monday_of(today) - timedelta(days=7)
        ProgressLogFactory(
            engagement=assignment.engagement,
            author=assignment.volunteer.user,
            week=monday - timedelta(days=7),
            next="The <search> page",
        )
        client.force_login(assignment.volunteer.user)
        url = reverse("volunteers:log-work", args=[assignment.pk])

        assert client.get(url, {"week": monday}).context_data["form"]["done"].value() is None
        page = client.get(url, {"week": monday, "take": 1})
        assert page.context_data["form"]["done"].value() == "The <search> page"
        assert not ProgressLog.objects.filter(week=monday).exists()
