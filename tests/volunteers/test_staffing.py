"""People and what they can do; what teams look for, and who is proposed for it."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from engagements.models import Engagement
from tests.api_client import ReadingClient
from tests.crm.factories import OrganisationFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    SkillFactory,
    StaffingNeedFactory,
    VolunteerFactory,
)
from volunteers.filters import VolunteerFilter
from volunteers.models import Assignment, StaffingNeed, Volunteer
from volunteers.selectors import coverage, staffing
from volunteers.services import assignments
from volunteers.services.needs import StatedNeed, change_need, close_need, reopen_need, state_need

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)
COMING = {"starts_on": date(2097, 7, 1), "ends_on": date(2097, 9, 22)}
DATES = {"starts_on": date(2026, 7, 6), "ends_on": date(2026, 9, 27)}


@pytest.fixture
def python():
    return SkillFactory(name_fr="Python", name_en="Python")


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def need(engagement, python):
    return StaffingNeedFactory(
        engagement=engagement, skill=python, level=2, days_a_week=Decimal(3), **DATES
    )


@pytest.fixture
def skilled(member, python):
    def skilled(name, level=2, **facts):
        volunteer = VolunteerFactory(member=member, user__full_name=name, **facts)
        if level is not None:
            volunteer.levels.create(skill=python, level=level)
        return volunteer

    return skilled


def names(found):
    return [each.volunteer.user.full_name for each in found]


class TestFilter:
    @pytest.fixture
    def found(self, rf, coordinator):
        def found(**asked):
            request = rf.get("/", asked)
            request.user = coordinator
            people = VolunteerFilter(
                asked, Volunteer.objects.visible_to(coordinator), request=request
            ).qs
            return sorted(people.values_list("user__full_name", flat=True))

        return found

    def test_by_skill_and_level(self, found, skilled, python):
        for name, level in {
            "Expert": 3,
            "Able": 2,
            "Learner": 1,
            "Wishes": 0,
            "Other": None,
        }.items():
            skilled(name, level)

        assert found(skill=python.pk) == ["Able", "Expert", "Learner"]
        assert found(skill=python.pk, level="2") == ["Able", "Expert"]
        assert found(skill=python.pk, level="0") == ["Wishes"]
        assert found(level="3") == ["Expert"]
        assert len(found(level="")) == 5

    def test_by_time_on_a_day(self, found, skilled, engagement):
        skilled("Free")
        skilled("Gone", available_to=date(2026, 6, 30))
        skilled("Not yet", available_from=date(2026, 9, 1))
        busy = skilled("Busy", days_a_week=Decimal(3))
        AssignmentFactory(
            volunteer=busy, engagement=engagement, days_a_week=Decimal(3), ends_on=date(2026, 7, 31)
        )

        assert found(free_on="2026-07-15") == ["Free"]
        assert found(free_on="2026-08-15") == ["Busy", "Free"]

    def test_by_engagement_worked_on(self, found, skilled, engagement):
        skilled("Never")
        AssignmentFactory(volunteer=skilled("Once"), engagement=engagement)

        assert found(engagement=engagement.pk) == ["Once"]

    def test_an_engagement_that_one_may_not_open_is_no_choice(
        self, skilled, rf, coordinator, engagement
    ):
        AssignmentFactory(volunteer=skilled("Elsewhere"))
        own = AssignmentFactory(volunteer=skilled("Here"), engagement=engagement).engagement
        request = rf.get("/")
        request.user = coordinator

        form = VolunteerFilter({}, Volunteer.objects.visible_to(coordinator), request=request).form

        assert list(form.fields["engagement"].queryset) == [own]


class TestOwnPage:
    def test_a_volunteer_keeps_their_levels_wishes_and_languages(self, client, skilled, python):
        volunteer, drawing = skilled("Léa Dupont", level=1), SkillFactory(name_en="Drawing")
        client.force_login(volunteer.user)
        given = {
            "days_a_week": "5",
            "available_from": "2026-01-01",
            "languages": "français, LSF",
            "seen": "1",
        }

        answer = client.post(
            reverse("volunteers:volunteer-change", args=[volunteer.pk]),
            given | {f"skill_{python.pk}": "3", f"skill_{drawing.pk}": "0"},
        )

        assert answer.status_code == 302
        assert dict(volunteer.levels.order_by("pk").values_list("skill__name_en", "level")) == {
            "Python": 3,
            "Drawing": 0,
        }
        page = client.get(answer.url, headers={"accept-language": "en"}).content.decode()
        assert "français, LSF" in page
        assert page.index("Would like to learn") < page.index("Drawing")

    def test_a_refused_form_keeps_the_levels_that_were_chosen(self, client, skilled, python):
        volunteer = skilled("Léa Dupont")
        client.force_login(volunteer.user)

        answer = client.post(
            reverse("volunteers:volunteer-change", args=[volunteer.pk]),
            {"days_a_week": "9", f"skill_{python.pk}": "3"},
        )

        assert answer.status_code == 422
        assert '<option value="3" selected>' in answer.content.decode()
        assert volunteer.levels.get().level == 2


class TestNeeds:
    def test_is_stated_changed_closed_and_opened_again(self, engagement, python, coordinator):
        need = state_need(
            engagement,
            StatedNeed(skill=python, level=2, days_a_week=Decimal(2), **DATES),
            by=coordinator,
        )
        changed = change_need(need, days_a_week=Decimal(1), by=coordinator, seen=1)
        close_need(need, by=coordinator, today=TODAY)

        with pytest.raises(Refused, match="closed already"):
            close_need(need, by=coordinator, today=TODAY)
        with pytest.raises(Refused, match="open it again"):
            change_need(need, days_a_week=Decimal(1), by=coordinator)

        assert changed.days_a_week == 1
        assert reopen_need(need, by=coordinator).closed_on is None

    def test_a_stale_form_overwrites_nothing(self, need, coordinator):
        change_need(need, note="First", by=coordinator, seen=1)

        with pytest.raises(Stale):
            change_need(need, note="Second", by=coordinator, seen=1)

    def test_dates_the_wrong_way_round_are_told_at_their_field(
        self, client, engagement, python, coordinator
    ):
        client.force_login(coordinator)
        given = {
            "skill": python.pk,
            "level": 2,
            "days_a_week": "2",
            "starts_on": "2026-09-01",
            "ends_on": "2026-08-01",
        }

        answer = client.post(
            reverse("volunteers:need-create", args=[engagement.pk]),
            given,
            headers={"accept-language": "en"},
        )

        assert answer.status_code == 422
        assert "cannot come before the first" in answer.content.decode()

    def test_a_confirmed_assignment_covers_it(self, need, skilled, coordinator):
        """29 of its 59 working days: 14 July is none."""
        volunteer = skilled("Léa Dupont")
        assignments.assign(
            volunteer,
            need.engagement,
            assignments.AssignmentTerms(
                need=need,
                role="Developer",
                starts_on=date(2026, 7, 6),
                ends_on=date(2026, 8, 16),
                days_a_week=Decimal(3),
                is_confirmed=True,
            ),
            by=coordinator,
            today=TODAY,
        )

        cover = coverage.coverage_of([need], TODAY)[need.pk]

        assert [week.level for week in cover.weeks] == ["free"] * 6 + ["nobody"] * 6
        assert (cover.share, cover.state) == (0.49, "partly")

    @pytest.mark.parametrize(
        "first", [date(2026, 7, 10), date(2026, 7, 11), date(2026, 7, 12), date(2026, 7, 13)]
    )
    def test_a_need_is_covered_whatever_day_of_the_week_it_begins_on(
        self, client, coordinator, engagement, first
    ):
        """From Friday to Monday: nobody covers a Saturday, so a Saturday does not stay uncovered."""
        need = StaffingNeedFactory(
            engagement=engagement, starts_on=first, ends_on=date(2026, 9, 27)
        )
        facts = {
            "need": need,
            "starts_on": first,
            "ends_on": need.ends_on,
            "days_a_week": need.days_a_week,
        }
        AssignmentFactory(engagement=engagement, **facts)
        client.force_login(coordinator)

        page = client.get(need.get_absolute_url())

        assert page.context_data["cover"].share == 1
        assert "nobody yet" not in page.content.decode()

    def test_anothers_need_is_not_covered_here(self, need, skilled, coordinator, member):
        elsewhere = EngagementFactory(member=member)

        with pytest.raises(Refused) as refused:
            assignments.assign(
                skilled("Léa Dupont"),
                elsewhere,
                assignments.AssignmentTerms(
                    role="Developer", days_a_week=Decimal(1), need=need, **DATES
                ),
                by=coordinator,
                today=TODAY,
            )

        assert set(refused.value.message_dict) == {"need"}


class TestProposals:
    def test_best_first_with_reasons(self, need, skilled, coordinator):
        knows = skilled("Knows it", level=3)
        AssignmentFactory(
            volunteer=knows,
            engagement=need.engagement,
            ends_on=date(2026, 3, 1),
            days_a_week=Decimal(1),
        )
        skilled("Able")
        skilled("Leaves soon", available_to=date(2026, 8, 2))
        skilled("Learns", level=1)
        skilled("Wishes", level=0)
        skilled("Cannot", level=None)
        skilled("Full", days_a_week=Decimal(1))

        found, without_time = staffing.proposals_for(need, coordinator, TODAY)

        assert names(found) == ["Knows it", "Able", "Learns", "Leaves soon", "Full", "Wishes"]
        assert without_time == 0
        assert "knows this engagement" in found[0].reasons_for
        assert "Python: the level that is asked for, or more" in found[0].reasons_for
        by_name = {each.volunteer.user.full_name: each for each in found}
        assert by_name["Learns"].reasons_against == ("Python: below the level that is asked for",)
        assert by_name["Wishes"].reasons_against == ("does not hold the skill yet",)
        assert by_name["Leaves soon"].last_day == date(2026, 8, 2)
        assert "away in 8 weeks" in by_name["Leaves soon"].reasons_against
        assert "too little time in 12 weeks" in by_name["Full"].reasons_against

    def test_what_is_proposed_can_be_assigned(self, need, skilled, coordinator):
        busy = skilled("Busy", days_a_week=Decimal(4), available_to=date(2026, 9, 10))
        AssignmentFactory(
            volunteer=busy,
            days_a_week=Decimal(2),
            starts_on=date(2026, 1, 5),
            ends_on=date(2026, 8, 20),
        )

        (best,), _none = staffing.proposals_for(need, coordinator, TODAY)
        made = assignments.assign(
            best.volunteer,
            need.engagement,
            assignments.AssignmentTerms(
                need=need,
                role="Developer",
                starts_on=best.first_day,
                ends_on=best.last_day,
                days_a_week=best.days,
            ),
            by=coordinator,
            today=TODAY,
        )

        assert (made.days_a_week, made.ends_on) == (2, date(2026, 9, 10))

    def test_nobody_is_proposed_for_days_that_have_passed(self, need, skilled, coordinator):
        skilled("Léa Dupont")

        (later,), _none = staffing.proposals_for(need, coordinator, date(2026, 9, 2))
        over, _none = staffing.proposals_for(need, coordinator, date(2026, 10, 1))

        assert (later.first_day, later.share, len(later.weeks)) == (date(2026, 9, 2), 1.0, 4)
        assert over == []

    def test_nobody_is_proposed_beyond_the_longest_loan(self, need, skilled, coordinator):
        lent = skilled("Léa Dupont")
        AgreementFactory(volunteer=lent, starts_on=date(2023, 8, 10), ends_on=date(2026, 8, 9))

        (found,), _none = staffing.proposals_for(need, coordinator, TODAY)

        assert (found.last_day, found.reasons_against[0]) == (
            date(2026, 8, 9),
            "may be lent until 9 August 2026 by law",
        )

    def test_only_ones_own_people_are_proposed(self, need, coordinator, python):
        VolunteerFactory(user__full_name="Elsewhere").levels.create(skill=python, level=3)

        assert staffing.proposals_for(need, coordinator, TODAY) == ([], 0)

    @pytest.mark.parametrize("ends", ["need", "engagement"])
    def test_nobody_is_proposed_where_nobody_is_looked_for(self, need, skilled, coordinator, ends):
        skilled("Ada Able")
        assert names(staffing.proposals_for(need, coordinator, TODAY)[0]) == ["Ada Able"]

        if ends == "need":
            close_need(need, seen=need.version, by=coordinator, today=TODAY)
        else:
            Engagement.objects.filter(pk=need.engagement_id).update(
                stage="stopped", stopped_on=TODAY, stop_reason="Over"
            )

        need = StaffingNeed.objects.get(pk=need.pk)
        assert staffing.proposals_for(need, coordinator, TODAY) == ([], 0)

    def test_whoever_has_no_time_is_only_counted(self, need, skilled, coordinator):
        skilled("Gone", available_to=date(2026, 6, 1))

        assert staffing.proposals_for(need, coordinator, TODAY) == ([], 1)

    @pytest.mark.parametrize("size", [2, 12])
    def test_statements_do_not_grow(
        self, need, skilled, coordinator, size, django_assert_num_queries
    ):
        for number in range(size):
            # Over before the need begins: they know the engagement, and have not covered anything of it.
            AssignmentFactory(
                volunteer=skilled(f"Person {number}"),
                engagement=need.engagement,
                ends_on=date(2026, 6, 30),
            )
        coordinator = type(coordinator).objects.get(pk=coordinator.pk)
        coordinator.organisations_as(Role.COORDINATOR)

        with django_assert_num_queries(8):
            found, _none = staffing.proposals_for(need, coordinator, TODAY)

        assert len(found) == size


class TestAllocation:
    def test_leaves_the_only_expert_to_the_need_that_wants_one(
        self, need, skilled, coordinator, engagement, python
    ):
        hard = StaffingNeedFactory(
            engagement=engagement, skill=python, level=3, days_a_week=Decimal(3), **DATES
        )
        skilled("Expert", level=3, days_a_week=Decimal(3))
        skilled("Able", level=2, days_a_week=Decimal(3))

        lines, is_best = staffing.allocation_for([need, hard], coordinator, TODAY)

        assert [names(line.proposals) for line in lines] == [["Able"], ["Expert"]]
        assert (is_best, [line.left for line in lines]) == (True, [0.0, 0.0])

    def test_what_is_covered_lacks_nothing(self, need, skilled, coordinator):
        AssignmentFactory(volunteer=skilled("Léa Dupont"), engagement=need.engagement, need=need)

        ((line,), _is_best) = staffing.allocation_for([need], coordinator, TODAY)

        assert (line.proposals, line.left) == ((), 0.0)

    @pytest.mark.parametrize("size", [2, 9])
    def test_statements_do_not_grow(
        self, engagement, skilled, coordinator, python, size, django_assert_num_queries
    ):
        for number in range(size):
            skilled(f"Person {number}")
            StaffingNeedFactory(engagement=engagement, skill=python, **DATES)
        AssignmentFactory(engagement=engagement)
        needs = list(StaffingNeed.objects.for_list())
        coordinator = type(coordinator).objects.get(pk=coordinator.pk)
        coordinator.organisations_as(Role.COORDINATOR)

        with django_assert_num_queries(8):
            staffing.allocation_for(needs, coordinator, TODAY)


class TestPages:
    @pytest.fixture(autouse=True)
    def enter(self, client, coordinator):
        client.force_login(coordinator)

    @pytest.fixture
    def need(self, engagement, python):
        return StaffingNeedFactory(
            engagement=engagement, skill=python, days_a_week=Decimal(3), **COMING
        )

    @pytest.fixture(autouse=True)
    def in_english_pages(self, client):
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    def test_from_the_need_to_the_assignment(self, client, need, skilled):
        skilled("Léa Dupont")
        page = client.get(need.get_absolute_url()).content.decode()
        link = page.split(reverse("volunteers:assignment-create", args=[need.engagement_id]), 1)[
            1
        ].split('"', 1)[0]
        at = reverse("volunteers:assignment-create", args=[need.engagement_id]) + link.replace(
            "&amp;", "&"
        )

        form = client.get(at).context_data["form"]
        client.post(
            at, {name: form[name].value() for name in form.fields if form[name].value() is not None}
        )

        made = Assignment.objects.get()
        assert (made.volunteer.user.full_name, made.need, made.role, made.days_a_week) == (
            "Léa Dupont",
            need,
            "Python",
            3,
        )
        assert "covered" in client.get(need.get_absolute_url()).content.decode()

    @pytest.mark.parametrize(
        "asked",
        ["need=x", "need=99999999999999", "need=-1", "volunteer=x&starts_on=y&days_a_week=z"],
    )
    def test_a_bent_address_is_an_empty_form(self, client, need, asked):
        at = reverse("volunteers:assignment-create", args=[need.engagement_id])

        assert client.get(f"{at}?{asked}").status_code == 200

    def test_the_allocation_names_who_goes_where(self, client, need, skilled):
        skilled("Léa Dupont")

        page = client.get(reverse("volunteers:need-allocation")).content.decode()

        assert "Léa Dupont" in page

    def test_without_the_optimiser_needs_are_looked_at_one_by_one(self, client, need, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        monkeypatch.setattr("volunteers.domain.allocation.find_spec", lambda name: None)

        assert "not installed" in client.get(reverse("volunteers:need-allocation")).content.decode()
        assert (
            "Find the best use" not in client.get(reverse("volunteers:need-list")).content.decode()
        )

    def test_too_many_needs_at_once_are_refused_in_words(self, client, engagement, python):
        for _n in range(staffing.MAX_NEEDS + 1):
            StaffingNeedFactory(engagement=engagement, skill=python, **DATES)

        assert "narrow them" in client.get(reverse("volunteers:need-allocation")).content.decode()

    @pytest.mark.parametrize("size", [2, 15])
    def test_statements_of_the_list_do_not_grow(
        self, client, engagement, python, size, django_assert_num_queries
    ):
        for _n in range(size):
            StaffingNeedFactory(engagement=engagement, skill=python, **DATES)
        AssignmentFactory(engagement=engagement)

        with django_assert_num_queries(11):
            client.get(reverse("volunteers:need-list"))

    def test_a_volunteer_reads_the_need_without_the_proposals(self, client, need, skilled):
        volunteer = skilled("Léa Dupont")
        AssignmentFactory(volunteer=volunteer, engagement=need.engagement, days_a_week=Decimal(1))
        skilled("Somebody Else")
        client.force_login(volunteer.user)

        page = client.get(need.get_absolute_url()).content.decode()

        assert "Python" in page
        assert "Somebody Else" not in page

    def test_the_engagements_page_shows_its_needs(self, client, need):
        assert (
            need.get_absolute_url()
            in client.get(need.engagement.get_absolute_url()).content.decode()
        )


class TestApi:
    @pytest.fixture
    def api(self, coordinator):
        api = ReadingClient()
        api.force_authenticate(coordinator)
        api.default_format = "json"
        return api

    def test_states_proposes_and_allocates(self, api, engagement, python, skilled):
        skilled("Léa Dupont")
        given = {"engagement": engagement.pk, "skill": python.pk, "level": 2, "days_a_week": "3"}
        dates = {name: day.isoformat() for name, day in COMING.items()}

        made = api.post("/api/v1/staffing-needs/", given | dates, format="json")
        found = api.get(f"/api/v1/staffing-needs/{made.data['id']}/proposals/").json()
        allocated = api.get("/api/v1/staffing-needs/allocation/").json()

        assert made.status_code == 201
        assert [each["full_name"] for each in found] == ["Léa Dupont"]
        assert allocated[0]["proposals"][0]["full_name"] == "Léa Dupont"

    def test_a_need_for_anothers_engagement_is_refused(self, api, python):
        given = {
            "engagement": EngagementFactory().pk,
            "skill": python.pk,
            "level": 2,
            "days_a_week": "3",
        }
        dates = {name: day.isoformat() for name, day in DATES.items()}

        assert api.post("/api/v1/staffing-needs/", given | dates, format="json").status_code == 400
        assert not StaffingNeed.objects.exists()

    def test_a_need_lists_no_wish_as_a_level(self, api, need):
        answer = api.patch(f"/api/v1/staffing-needs/{need.pk}/", {"level": 0}, format="json")

        assert (answer.status_code, set(answer.json()["errors"])) == (400, {"level"})

    def test_anothers_needs_do_not_exist(self, need):
        api = ReadingClient()
        api.force_authenticate(person_as(Role.COORDINATOR, OrganisationFactory(member=True)))

        assert api.get(f"/api/v1/staffing-needs/{need.pk}/proposals/").status_code == 404
        assert Engagement.objects.count() == 1
