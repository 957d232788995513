"""What teams look for: stated, changed, closed and opened again."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from crm.domain.refusals import Refused, Stale
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, StaffingNeedFactory
from volunteers.selectors import coverage
from volunteers.services import assignments
from volunteers.services.needs import StatedNeed, change_need, close_need, reopen_need, state_need

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
DATES = {"starts_on": date(2026, 7, 6), "ends_on": date(2026, 9, 27)}


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def need(engagement, python):
    return StaffingNeedFactory(
        engagement=engagement, skill=python, level=2, days_a_week=Decimal(3), **DATES
    )


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
