"""Missions through the API: given, changed and confirmed; and the weeks that are logged on them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from engagements.models import ProgressLog, TeamMember
from tests.api_client import keys, refused
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory, WorkDayFactory
from volunteers.models import Assignment, WorkDay

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Zoé")


@pytest.fixture
def assignment(engagement, volunteer):
    return AssignmentFactory(engagement=engagement, volunteer=volunteer)


@pytest.fixture
def monday():
    today = timezone.localdate()
    return today - timedelta(days=today.weekday() + 7)


class TestAssign:
    def given(self, person, team, **changes):
        return {
            "volunteer": person.pk,
            "engagement": team.pk,
            "role": "Developer",
            "starts_on": "2026-02-02",
            "ends_on": "2026-06-30",
            "days_a_week": "3",
        } | changes

    def test_puts_a_person_on_the_team_unconfirmed(self, api, volunteer, engagement, coordinator):
        response = api.post(f"{ROOT}/assignments/", self.given(volunteer, engagement))

        assignment = Assignment.objects.get()
        assert (response.status_code, response.data["volunteer_name"]) == (201, "Zoé")
        assert (assignment.confirmed_on, assignment.history.get().history_user) == (
            None,
            coordinator,
        )
        assert TeamMember.objects.filter(engagement=engagement, user=volunteer.user).exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("volunteer", 987_654_321),
            ("volunteer", "x"),
            ("engagement", 987_654_321),
            ("role", ""),
            ("role", "a\0b"),
            ("role", "x" * 101),
            ("starts_on", "2026-02-31"),
            ("starts_on", "2025-12-31"),
            ("ends_on", "2026-02-01"),
            ("ends_on", None),
            ("days_a_week", "0"),
            ("days_a_week", "5.5"),
            ("days_a_week", "NaN"),
            ("days_a_week", "1.25"),
        ],
    )
    def test_bad_input_is_told_at_its_field(self, api, volunteer, engagement, field, value):
        response = api.post(
            f"{ROOT}/assignments/", self.given(volunteer, engagement, **{field: value})
        )

        assert set(refused(response)) == {field}
        assert not Assignment.objects.exists()
        assert not TeamMember.objects.exists()

    @pytest.mark.parametrize("day", ["1066-10-14", "9999-12-31"])
    @pytest.mark.parametrize("field", ["starts_on", "ends_on"])
    def test_an_absurd_day_is_refused(self, api, volunteer, engagement, field, day):
        assert refused(
            api.post(f"{ROOT}/assignments/", self.given(volunteer, engagement, **{field: day}))
        )
        assert not Assignment.objects.exists()

    def test_nobody_is_promised_beyond_their_capacity(self, api, assignment, member):
        given = self.given(
            assignment.volunteer, EngagementFactory(member=member), days_a_week="1.5"
        )

        answer = refused(api.post(f"{ROOT}/assignments/", given))

        assert answer.keys() == {"days_a_week"}
        assert "only 1 day a week left" in answer["days_a_week"][0]
        assert api.post(f"{ROOT}/assignments/", given | {"days_a_week": "1"}).status_code == 201

    def test_a_person_or_engagement_of_another_member_is_as_missing(
        self, api, volunteer, engagement
    ):
        for field, row in (("volunteer", VolunteerFactory()), ("engagement", EngagementFactory())):
            foreign = refused(
                api.post(
                    f"{ROOT}/assignments/", self.given(volunteer, engagement, **{field: row.pk})
                )
            )
            missing = refused(
                api.post(
                    f"{ROOT}/assignments/", self.given(volunteer, engagement, **{field: 98_765})
                )
            )
            assert str(foreign).replace(str(row.pk), "?") == str(missing).replace("98765", "?")

    @pytest.mark.parametrize(
        "role", [Role.LEAD, Role.VOLUNTEER, Role.SPONSOR, Role.DESK, Role.FUNDER]
    )
    def test_others_lend_nobody(self, enter, volunteer, engagement, role):
        response = enter(person_as(role)).post(
            f"{ROOT}/assignments/", self.given(volunteer, engagement)
        )

        assert refused(response, 403) == {}
        assert not Assignment.objects.exists()


class TestChange:
    def at(self, assignment, verb=""):
        return f"{ROOT}/assignments/{assignment.pk}/{verb}{'/' if verb else ''}"

    def test_what_is_sent_and_nothing_else(self, api, assignment):
        response = api.patch(self.at(assignment), {"role": "Tester", "seen": 1})
        refused_names = api.patch(
            self.at(assignment), {"role": "Lead", "confirmed_on": None, "seen": 2}
        )

        assignment.refresh_from_db()
        assert (response.data["role"], response.data["version"]) == ("Tester", 2)
        assert refused(refused_names).keys() == {"confirmed_on"}
        assert (assignment.role, assignment.days_a_week, assignment.is_confirmed) == (
            "Tester",
            Decimal(4),
            True,
        )

    def test_a_stale_change_answers_409(self, api, assignment):
        api.patch(self.at(assignment), {"role": "Hers", "seen": 1})

        response = api.patch(self.at(assignment), {"role": "His", "seen": 1})

        assert "Somebody else changed this" in str(refused(response, 409))
        assignment.refresh_from_db()
        assert assignment.role == "Hers"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("role", ""),
            ("role", "\0"),
            ("starts_on", "x"),
            ("ends_on", "2026-01-04"),
            ("days_a_week", "0.4"),
            ("days_a_week", "6"),
            ("seen", -1),
            ("seen", 10**20),
        ],
    )
    def test_bad_input_is_told_at_its_field(self, api, assignment, field, value):
        assert set(refused(api.patch(self.at(assignment), {field: value}))) == {field}
        assert Assignment.history.get().history_type == "+"

    def test_days_logged_outside_the_new_dates_stand_in_the_way(self, api, assignment):
        WorkDayFactory(assignment=assignment, day=date(2026, 6, 1))

        assert set(refused(api.patch(self.at(assignment), {"ends_on": "2026-05-31"}))) == {
            "ends_on"
        }
        assert api.patch(self.at(assignment), {"ends_on": "2026-06-01"}).status_code == 200

    def test_is_confirmed_once(self, api, engagement, volunteer):
        proposed = AssignmentFactory(engagement=engagement, volunteer=volunteer, confirmed_on=None)

        response = api.post(self.at(proposed, "confirm"))

        assert response.data["confirmed_on"] == timezone.localdate().isoformat()
        assert "confirmed already" in str(refused(api.post(self.at(proposed, "confirm"))))

    def test_team_lead_and_sponsor_read_and_do_not_change(self, enter, assignment):
        lead = person_as(Role.LEAD, assignment.engagement.beneficiary)
        sponsor = person_as(Role.SPONSOR, assignment.volunteer.sponsor)
        for user in (lead, sponsor, assignment.volunteer.user):
            client = enter(user)
            assert client.get(self.at(assignment)).data["id"] == assignment.pk
            assert refused(client.patch(self.at(assignment), {"role": "x"}), 403) == {}
            assert refused(client.post(self.at(assignment, "confirm")), 403) == {}

    def test_are_filtered_by_engagement_and_volunteer(self, api, assignment, member):
        other = AssignmentFactory(engagement__member=member)

        assert keys(api.get(f"{ROOT}/assignments/", {"engagement": other.engagement_id})) == [
            other.pk
        ]
        assert keys(api.get(f"{ROOT}/assignments/", {"volunteer": assignment.volunteer_id})) == [
            assignment.pk
        ]
        assert set(refused(api.get(f"{ROOT}/assignments/", {"volunteer": "x"}))) == {"volunteer"}


class TestLogWeek:
    def log(self, client, assignment, **given):
        return client.post(f"{ROOT}/assignments/{assignment.pk}/log-week/", given)

    @pytest.fixture
    def current(self, engagement, member, monday):
        """An assignment that last week lies in, whatever today is."""
        volunteer = VolunteerFactory(member=member, available_from=monday - timedelta(days=30))
        return AssignmentFactory(
            engagement=engagement,
            volunteer=volunteer,
            starts_on=monday - timedelta(days=20),
            ends_on=monday + timedelta(days=60),
        )

    def test_days_and_words_are_written_down_together(self, enter, current, monday):
        days = [
            {"day": monday.isoformat(), "half_days": 2},
            {"day": str(monday + timedelta(days=1)), "half_days": 1},
        ]

        response = self.log(
            enter(current.volunteer.user), current, week=str(monday), done='Le "plan" 🌱', days=days
        )

        assert (response.status_code, response.data["done"]) == (201, 'Le "plan" 🌱')
        assert list(current.worked_days.order_by("day").values_list("half_days", flat=True)) == [
            2,
            1,
        ]

    def test_days_alone_are_written_down_without_a_log(self, enter, current, monday):
        days = [{"day": monday.isoformat(), "half_days": 2}]

        response = self.log(enter(current.volunteer.user), current, week=str(monday), days=days)

        assert (response.status_code, response.data) == (204, None)
        assert [row.half_days for row in current.worked_days.order_by("day")] == [2]

    def test_any_day_of_a_week_is_that_week(self, enter, current, monday):
        response = self.log(
            enter(current.volunteer.user),
            current,
            week=str(monday + timedelta(days=3)),
            done="The plan",
        )

        assert response.data["week"] == str(monday)

    def test_nothing_this_week_takes_days_back(self, enter, current, monday):
        WorkDayFactory(assignment=current, day=monday)

        self.log(enter(current.volunteer.user), current, week=str(monday), is_nothing=True)

        assert not current.worked_days.exists()
        assert WorkDay.history.filter(history_type="-").count() == 1

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("week", "x"),
            ("week", None),
            ("done", ""),
            ("done", "a\0b"),
            ("done", "x" * 4001),
            ("seen", "x"),
            ("days", "x"),
            ("days", [{"day": "x", "half_days": 1}]),
            ("days", [{"day": "2026-02-02", "half_days": 3}]),
            ("days", [{"day": "1999-02-02", "half_days": 1}]),
            ("days", [{"half_days": 1}]),
        ],
    )
    def test_bad_input_is_told_at_its_field_and_writes_nothing(
        self, enter, current, monday, field, value
    ):
        given = {"week": str(monday), "done": "The plan", field: value}

        assert set(refused(self.log(enter(current.volunteer.user), current, **given))) == {field}
        assert not ProgressLog.objects.exists()
        assert not WorkDay.objects.exists()

    @pytest.mark.parametrize("week", ["0001-01-01", "9999-12-31"])
    def test_an_absurd_week_is_refused(self, enter, current, week):
        assert refused(self.log(enter(current.volunteer.user), current, week=week, done="The plan"))
        assert not ProgressLog.objects.exists()

    def test_a_day_to_come_is_refused(self, enter, current):
        today = timezone.localdate()
        tomorrow = today + timedelta(days=1)

        response = self.log(
            enter(current.volunteer.user),
            current,
            week=str(tomorrow),
            done="The plan",
            days=[{"day": str(tomorrow), "half_days": 1}],
        )

        assert refused(response)
        assert not WorkDay.objects.exists()

    def test_nobody_logs_for_somebody_else_or_before_it_is_confirmed(
        self, api, enter, current, engagement, monday
    ):
        proposed = AssignmentFactory(engagement=engagement, confirmed_on=None)

        assert refused(self.log(api, current, week=str(monday), done="x"), 403) == {}
        assert (
            refused(
                self.log(enter(proposed.volunteer.user), proposed, week=str(monday), done="x"), 403
            )
            == {}
        )
        assert (
            self.log(
                enter(VolunteerFactory().user), current, week=str(monday), done="x"
            ).status_code
            == 404
        )
