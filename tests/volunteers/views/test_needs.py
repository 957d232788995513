"""The pages of needs: from the need to the mission, and the allocation of many."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, StaffingNeedFactory
from volunteers.models import Assignment
from volunteers.selectors import staffing

pytestmark = pytest.mark.django_db
COMING = {"starts_on": date(2097, 7, 1), "ends_on": date(2097, 9, 22)}
DATES = {"starts_on": date(2026, 7, 6), "ends_on": date(2026, 9, 27)}


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def need(engagement, python):
    return StaffingNeedFactory(
        engagement=engagement, skill=python, level=2, days_a_week=Decimal(3), **DATES
    )


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
