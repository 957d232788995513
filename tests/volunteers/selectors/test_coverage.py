"""How far a need is covered: worked out once, in working days, and the same wherever somebody reads it."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.api_client import ReadingClient
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AssignmentFactory,
    SkillFactory,
    StaffingNeedFactory,
    VolunteerFactory,
)
from volunteers.display.relay import in_words
from volunteers.selectors import coverage, staffing
from volunteers.selectors.relay import lacks_of, plan_of
from volunteers.services import assignments
from volunteers.todos.relay import todos_of

pytestmark = pytest.mark.django_db
SATURDAY = date(2026, 11, 28)
LAST = date(2027, 1, 27)


@pytest.fixture
def skill():
    return SkillFactory(name_fr="Développement web", name_en="Web development")


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt", in_build=True)


@pytest.fixture
def asked_for(engagement, skill):
    def asked_for(days, first=SATURDAY, last=LAST, **facts):
        facts = {"engagement": engagement, "skill": skill, "days_a_week": Decimal(days)} | facts
        return StaffingNeedFactory(starts_on=first, ends_on=last, **facts)

    return asked_for


@pytest.fixture
def lent(engagement, member, skill):
    def lent(days, first=SATURDAY, last=LAST, level=2, **facts):
        volunteer = VolunteerFactory(member=member)
        if level is not None:
            volunteer.levels.create(skill=skill, level=level)
        facts = {"engagement": engagement, "days_a_week": Decimal(days)} | facts
        return AssignmentFactory(volunteer=volunteer, starts_on=first, ends_on=last, **facts)

    return lent


def cover(need, today=SATURDAY):
    return coverage.coverage_of([need], today)[need.pk]


class TestWorkingDays:
    @pytest.mark.parametrize("first", [SATURDAY, SATURDAY + timedelta(days=1)])
    def test_a_need_that_begins_on_a_week_end_is_covered_from_the_monday_on(
        self, asked_for, lent, first
    ):
        need = asked_for(1, first)
        lent(1, date(2026, 11, 30))

        assert (cover(need).state, cover(need).share) == ("covered", 1)

    def test_a_public_holiday_makes_no_missing_day(self, asked_for, lent):
        """It ends on 25 December, a Friday; the mission on the day before."""
        need = asked_for(2, last=date(2026, 12, 25))
        lent(2, last=date(2026, 12, 24))

        assert cover(need).state == "covered"

    def test_what_has_passed_cannot_be_covered_any_more(self, asked_for, lent):
        need = asked_for(2, date(2026, 11, 23))
        lent(2, date(2026, 11, 25))

        assert cover(need, date(2026, 11, 25)).state == "covered"

    def test_of_a_need_that_is_over_one_reads_what_it_had(self, asked_for, lent):
        need = asked_for(2, date(2026, 6, 1), date(2026, 6, 12))
        lent(2, date(2026, 6, 8), date(2026, 6, 12))

        assert cover(need).share == 0.5

    def test_a_need_of_a_single_week_end_asks_for_nothing(self, asked_for):
        assert cover(asked_for(2, SATURDAY, SATURDAY + timedelta(days=1))).state == "nothing"

    def test_almost_covered_is_not_covered(self, asked_for, lent):
        need = asked_for(5, last=date(2029, 12, 31))
        lent(5, last=date(2029, 12, 28))

        assert (cover(need).state, cover(need).share) == ("partly", 0.99)


class TestWhoCovers:
    def test_somebody_put_on_the_team_for_it_covers_it_whatever_their_level(self, asked_for, lent):
        need = asked_for(2)
        lent(2, level=None, need=need)

        assert cover(need).state == "covered"

    def test_somebody_of_the_team_who_holds_the_skill_covers_what_is_left(self, asked_for, lent):
        first, second = asked_for(2), asked_for(2)
        lent(3, need=second)

        assert [cover(first).share, cover(second).share] == [0.5, 1]

    def test_a_proposed_assignment_is_told_apart(self, asked_for, lent):
        need = asked_for(4)
        lent(1, need=need)
        lent(2, need=need, confirmed_on=None)

        assert (cover(need).state, cover(need).share, cover(need).share_proposed) == (
            "partly",
            0.25,
            0.5,
        )

    def test_a_need_reads_the_same_alone_and_in_a_list(self, asked_for, lent):
        needs = [asked_for(2), asked_for(3, date(2026, 12, 7)), asked_for(1, closed_on=SATURDAY)]
        lent(4)

        together = coverage.coverage_of(needs, SATURDAY)

        assert [together[need.pk] for need in needs] == [cover(need) for need in needs]


class TestTheRelayPlan:
    def test_three_weeks_at_a_quarter_are_not_covered_to_the_end(self, engagement, asked_for, lent):
        asked_for(4, date(2026, 11, 30), date(2026, 12, 20))
        lent(3, last=date(2026, 11, 30))
        lent(1)

        plan = plan_of(engagement, date(2026, 12, 1))

        assert (plan.first_gap, plan.first_lack.lack.monday) == (None, date(2026, 11, 30))
        assert "covered in part from 30 November 2026: 0.8 of 3.2 days" in in_words(plan.first_lack)

    def test_says_so_on_its_page_and_at_home(
        self, client, coordinator, engagement, asked_for, lent
    ):
        today = timezone.localdate()
        asked_for(4, today, today + timedelta(days=40))
        lent(1, today, today + timedelta(days=40))
        client.force_login(coordinator)

        page = client.get(
            reverse("volunteers:relay-plan", args=[engagement.pk]),
            headers={"accept-language": "en"},
        ).content.decode()
        (to_do,) = todos_of(coordinator, today)

        assert "Covered in part" in page
        assert "Covered to the end" not in page
        assert "covered in part" in to_do.reason


def test_every_surface_says_the_same(client, coordinator, engagement, asked_for, lent):
    """One confirmed day and one proposed of the four asked for, wherever somebody looks."""
    today = timezone.localdate()
    need = asked_for(4, today, today + timedelta(days=60))
    lent(1, today, today + timedelta(days=60), need=need)
    proposed = lent(1, today, today + timedelta(days=60), need=need, confirmed_on=None)
    client.force_login(coordinator)
    api = ReadingClient()
    api.force_authenticate(coordinator)

    pages = [
        client.get(address, headers={"accept-language": "en"}).content.decode()
        for address in (
            need.get_absolute_url(),
            reverse("volunteers:need-list"),
            reverse("volunteers:engagement-needs", args=[engagement.pk]),
        )
    ]
    assert all("25% covered" in page and "25% to confirm" in page for page in pages)

    found = cover(need, today)
    ones = [
        api.get(f"/api/v1/staffing-needs/{need.pk}/").json(),
        *api.get("/api/v1/staffing-needs/").json()["results"],
    ]
    assert {
        (
            one["cover"]["state"],
            *(Decimal(one["cover"][name]) for name in ("asked", "confirmed", "proposed")),
        )
        for one in ones
    } == {("partly", found.asked, found.confirmed, found.proposed)}

    (skill,) = api.get(f"/api/v1/relay-plans/{engagement.pk}/").json()["skills"]
    for name in ("asked", "confirmed", "proposed"):
        assert sum(Decimal(week[name]) for week in skill["weeks"]) == getattr(found, name)
    ((_engagement, line),) = lacks_of([engagement.pk], today)
    assert tuple(cell for cell in line.weeks if cell.asked) == found.weeks

    after = date.fromisoformat(skill["weeks"][1]["monday"])
    query = {"first_week": after.isoformat(), "weeks": 12}
    rows = api.get("/api/v1/volunteers/capacity/", query).json()["results"]
    (row,) = [row for row in rows if row["id"] == proposed.volunteer_id]
    assert (row["weeks"][0]["promised"], row["weeks"][0]["proposed"], row["weeks"][0]["free"]) == (
        "1.0",
        "1.0",
        "4.0",
    )
    book = CalamineWorkbook.from_filelike(
        BytesIO(client.get(reverse("volunteers:capacity-xlsx"), query).content)
    )
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert [sorted(row[3] for row in rows[1:]) for rows in sheets] == [[4, 4], [0, 1]]
    map_page = client.get(reverse("volunteers:capacity-map"), query).content.decode()
    assert "<small>(1)</small>" in map_page


def test_a_proposal_promises_what_the_need_reads_once_it_is_confirmed(
    coordinator, member, skill, asked_for
):
    """Somebody who is there until a Wednesday covers three days of that week, and the list says no more."""
    volunteer = VolunteerFactory(member=member, available_to=date(2026, 12, 16))
    volunteer.levels.create(skill=skill, level=2)
    need = asked_for(3, last=date(2026, 12, 20))

    (best,), _none = staffing.proposals_for(need, coordinator, SATURDAY)
    terms = assignments.AssignmentTerms(
        role="Developer",
        starts_on=best.first_day,
        ends_on=best.last_day,
        days_a_week=best.days,
        need=need,
        is_confirmed=True,
    )
    assignments.assign(best.volunteer, need.engagement, terms, by=coordinator, today=SATURDAY)

    assert best.share == cover(need).share == 0.86
