"""The week by its mailed link: one person, one week, without a password, and nothing else."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain import workdays
from crm.models import User
from engagements.models import ProgressLog
from tests.crm.factories import person_as
from tests.volunteers.factories import AssignmentFactory, WorkDayFactory
from volunteers.models import WeekLink, WorkDay
from volunteers.services import week_links

pytestmark = pytest.mark.django_db


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

        assert response["Location"] == f"{self.url(assignment)}?saved=1"
        assert 'class="said"' in client.get(response["Location"]).content.decode()
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
