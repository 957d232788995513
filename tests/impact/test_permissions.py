"""Who may do what with figures and reports: each rule is asked of everybody, and lets exactly those who are named."""

import pytest

from impact import permissions
from tests.around import Around
from tests.crm.factories import UserFactory
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    OverlapFactory,
    publish_as_read,
)

ADMINISTRATOR = {"administrator"}
RUNNING = ADMINISTRATOR | {"coordinator", "head"}
COORDINATORS = {"coordinator", "head", "another coordinator", "another head"}
LEADING = {"lead", "lead on their only day"}


@pytest.fixture
def around(db):
    return Around()


@pytest.fixture
def metric(around):
    return MetricFactory(engagement=around.engagement)


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member)


@pytest.mark.parametrize(
    ("may", "those"),
    [
        (permissions.can_add_indicator, ADMINISTRATOR | COORDINATORS),
        (permissions.can_publish_reports, ADMINISTRATOR | COORDINATORS),
    ],
)
def test_of_a_role(around, may, those):
    assert around.who(may) == those


@pytest.mark.parametrize(
    ("may", "those"), [(permissions.can_run, RUNNING), (permissions.can_record, RUNNING | LEADING)]
)
def test_of_an_engagement(around, may, those):
    assert around.who(lambda person: may(person, around.engagement)) == those


def test_an_indicator_that_nobody_follows_is_mended_by_whoever_may_add_one(around, metric):
    new = IndicatorFactory()

    assert (
        around.who(lambda person: permissions.can_change_indicator(person, new))
        == ADMINISTRATOR | COORDINATORS
    )
    assert (
        around.who(lambda person: permissions.can_change_indicator(person, metric.indicator))
        == ADMINISTRATOR
    )


def test_a_baseline_is_agreed_to_by_the_lead_alone(around, metric):
    baseline = BaselineFactory(metric=metric)

    assert around.who(lambda person: permissions.can_agree(person, baseline)) == LEADING


def test_a_figure_is_approved_by_anybody_who_may_write_one_but_its_author(around, metric):
    figure = MeasurementFactory(metric=metric, status="submitted", author=around.people["lead"])

    assert around.who(
        lambda person: permissions.can_approve(person, figure)
    ) == RUNNING | LEADING - {"lead"}


class TestAReport:
    @pytest.fixture
    def report(self, around, metric):
        MeasurementFactory(metric=metric)
        return publish_as_read(
            around.engagement, by=around.people["coordinator"], today=around.today
        )

    def test_speaks_of_the_lead_s_organisation(self, around, report):
        assert (
            around.who(lambda person: permissions.speaks_for_beneficiary(person, report)) == LEADING
        )

    def test_is_signed_once(self, around, report):
        assert around.who(lambda person: permissions.can_sign_report(person, report)) == LEADING

        report.word_on = around.today

        assert around.who(lambda person: permissions.can_sign_report(person, report)) == set()

    def test_is_shared_by_those_who_run_the_engagement_and_those_who_fund_it_today(
        self, around, report
    ):
        assert around.who(
            lambda person: permissions.can_share_report(person, report)
        ) == RUNNING | {"funder"}


class TestPeopleCountedTwice:
    @pytest.fixture
    def unique(self):
        return IndicatorFactory(aggregation="unique")

    @pytest.fixture
    def beside(self, around):
        """Another engagement of the same member."""
        return EngagementFactory(member=around.engagement.member)

    def test_are_declared_by_those_who_run_both_engagements(self, around, unique, beside):
        MetricFactory(engagement=around.engagement, indicator=unique)
        MetricFactory(engagement=beside, indicator=unique)

        assert around.who(lambda person: permissions.can_declare_overlap(person, unique)) == RUNNING
        assert permissions.overlaps_to_declare(around.people["coordinator"]) == {unique.pk}
        assert permissions.overlaps_to_declare(around.people["another coordinator"]) == set()

    def test_are_no_matter_of_one_engagement_alone(self, around, unique):
        MetricFactory(engagement=around.engagement, indicator=unique)

        assert around.who(lambda person: permissions.can_declare_overlap(person, unique)) == set()

    def test_are_no_matter_of_one_s_own_engagement_and_another_member_s(self, around, unique):
        MetricFactory(engagement=around.engagement, indicator=unique)
        MetricFactory(indicator=unique)

        assert (
            around.who(lambda person: permissions.can_declare_overlap(person, unique))
            == ADMINISTRATOR
        )

    def test_are_no_matter_of_what_simply_adds_up(self, around, beside):
        added = IndicatorFactory()
        MetricFactory(engagement=around.engagement, indicator=added)
        MetricFactory(engagement=beside, indicator=added)

        assert around.who(lambda person: permissions.can_declare_overlap(person, added)) == set()

    def test_are_changed_by_those_who_run_both_engagements(self, around, unique, beside):
        here = MetricFactory(engagement=around.engagement, indicator=unique)
        both = OverlapFactory(first=here, second=MetricFactory(engagement=beside, indicator=unique))

        assert around.who(lambda person: permissions.can_change_overlap(person, both)) == RUNNING

    @pytest.mark.parametrize("here_first", [True, False])
    def test_are_not_changed_by_those_who_run_one_of_them(self, around, unique, here_first):
        engagements = [around.engagement, EngagementFactory()]
        if not here_first:
            engagements.reverse()
        first, second = (MetricFactory(engagement=each, indicator=unique) for each in engagements)
        one = OverlapFactory(first=first, second=second)

        assert (
            around.who(lambda person: permissions.can_change_overlap(person, one)) == ADMINISTRATOR
        )


@pytest.mark.django_db
class TestWhoMayApprove:
    @pytest.mark.parametrize(
        ("writes", "runs", "may"), [(False, True, True), (True, True, False), (False, False, False)]
    )
    def test_is_somebody_else_who_works_in_the_engagement(
        self, coordinator, outsider, writes, runs, may
    ):
        person = coordinator if runs else outsider
        engagement = EngagementFactory(
            member=coordinator.memberships.get().organisation, coordinator=coordinator
        )
        author = person if writes else UserFactory()
        figure = MeasurementFactory(
            metric=MetricFactory(engagement=engagement), status="submitted", author=author
        )

        assert permissions.can_approve(person, figure) is may
