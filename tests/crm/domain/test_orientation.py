"""Orientation, without a database: codes in, codes out."""

import time
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crm.display import messages
from crm.domain.orientation import Ask, Offer, best, fit, rank, replay
from crm.domain.request_states import LeadTime, Maturity
from crm.models import Organisation

GOOD = Ask(
    need="matching",
    audience="beneficiaries",
    form="association",
    maturity="scoped",
    lead="full-time",
    skills="some",
    department="93",
    staff=12,
    budget=400_000,
    running=Decimal(80),
    goals=frozenset({8, 10}),
)
NEEDS = ["matching", "training", "other"]

asks = st.builds(
    Ask,
    need=st.sampled_from(["", *NEEDS]),
    audience=st.sampled_from(["", "internal", "beneficiaries", "both"]),
    form=st.sampled_from(["", *Organisation.EssForm.values]),
    maturity=st.sampled_from(["", *Maturity.values]),
    lead=st.sampled_from(["", *LeadTime.values]),
    skills=st.sampled_from(["", "none", "some", "team"]),
    department=st.sampled_from(["", "75", "93", "974"]),
    staff=st.none() | st.integers(0, 5_000),
    budget=st.none() | st.integers(0, 10**8),
    running=st.none() | st.decimals(0, 5_000, places=2),
    goals=st.frozensets(st.integers(1, 17), max_size=4),
)


ONE = st.just(1)


def offers(member=ONE):
    return st.builds(
        Offer,
        member=member,
        is_open=st.booleans(),
        places=st.integers(0, 3),
        needs=st.frozensets(st.sampled_from(NEEDS)),
        audiences=st.frozensets(st.sampled_from(["internal", "beneficiaries"])),
        forms=st.frozensets(st.sampled_from(Organisation.EssForm.values), max_size=3),
        maturities=st.frozensets(st.sampled_from(Maturity.values), max_size=2),
        departments=st.frozensets(st.sampled_from(["75", "93", "974"]), max_size=2),
        lead=st.sampled_from(["", "part-time", "full-time"]),
        staff_min=st.none() | st.integers(0, 50),
        staff_max=st.none() | st.integers(50, 500),
        running_min=st.none() | st.decimals(0, 500, places=2),
        goals=st.frozensets(st.integers(1, 17), max_size=4),
        lends_sponsored_teams=st.booleans(),
    )


class TestHardRules:
    @pytest.mark.parametrize(
        ("changed", "failure"),
        [
            ({"needs": frozenset({"training"})}, "need"),
            ({"audiences": frozenset({"internal"})}, "audience"),
            ({"forms": frozenset({"scop"})}, "form"),
            ({"maturities": frozenset({"idea"})}, "maturity"),
            ({"departments": frozenset({"75"})}, "territory"),
            ({"staff_max": 10}, "staff"),
            ({"staff_min": 13}, "staff"),
            ({"budget_max": 399_999}, "budget"),
            ({"budget_min": 400_001}, "budget"),
        ],
    )
    def test_one_that_fails_makes_the_member_ineligible_and_is_named(self, changed, failure):
        result = fit(GOOD, Offer(member=1, **changed))

        assert result.failures == (failure,)
        assert not result.can_take

    @pytest.mark.parametrize(
        ("lead", "wanted", "fails"),
        [
            ("none", "part-time", True),
            ("none", "", False),
            ("part-time", "full-time", True),
            ("part-time", "part-time", False),
            ("full-time", "full-time", False),
            ("hiring", "full-time", False),
        ],
    )
    def test_the_lead_that_a_member_asks_for(self, lead, wanted, fails):
        result = fit(Ask(lead=lead), Offer(member=1, lead=wanted))

        assert ("lead" in result.failures) is fails

    def test_a_tool_for_both_wants_a_member_that_builds_for_both(self):
        both = Ask(audience="both")

        assert fit(both, Offer(member=1, audiences=frozenset({"internal"}))).failures == (
            "audience",
        )
        assert fit(
            both, Offer(member=1, audiences=frozenset({"internal", "beneficiaries"}))
        ).is_eligible

    def test_limits_are_part_of_what_is_accepted(self):
        assert fit(
            GOOD, Offer(member=1, staff_min=12, staff_max=12, budget_min=400_000)
        ).is_eligible

    def test_a_fact_that_nobody_gave_fails_no_rule_and_is_told(self):
        result = fit(
            Ask(), Offer(member=1, needs=frozenset({"matching"}), staff_max=5, lead="full-time")
        )

        assert result.is_eligible
        assert set(result.missing) == {"need", "staff", "lead"}


class TestScore:
    def test_every_point_has_its_reason(self):
        offer = Offer(
            member=1, needs=frozenset({"matching"}), goals=frozenset({8}), running_min=Decimal(50)
        )

        assert fit(GOOD, offer).reasons == (
            ("need-named", 20),
            ("goal-shared", 10),
            ("lead-full-time", 10),
            ("skills-in-house", 5),
            ("running-covered", 10),
        )
        assert fit(GOOD, offer).score == 100

    def test_a_scop_is_welcome_with_a_note_that_is_no_advice(self):
        result = fit(Ask(form="scop"), Offer(member=1, lends_sponsored_teams=True))

        assert result.is_eligible
        assert result.notes == ("no-tax-favour",)
        with translation.override("en"):
            assert "no tax advice" in str(messages.NOTES["no-tax-favour"])

    @given(asks, offers())
    def test_stays_between_nothing_and_a_hundred_and_is_the_sum_of_its_reasons(self, ask, offer):
        result = fit(ask, offer)

        assert 0 <= result.score <= 100
        assert result.score == max(
            0, min(100, 50 + sum(points for _code, points in result.reasons))
        )

    @given(asks, offers())
    def test_every_code_has_its_words(self, ask, offer):
        failures, in_favour, against, notes = messages.fit_in_words(fit(ask, offer))

        assert all(str(text) for text in [*failures, *notes])
        assert all(str(text) for text, _points in [*in_favour, *against])

    @given(asks, offers())
    def test_a_condition_taken_away_never_makes_a_member_ineligible(self, ask, offer):
        wider = Offer(member=offer.member, is_open=offer.is_open, places=offer.places)

        assert fit(ask, wider).is_eligible


class TestRank:
    @given(
        asks, st.lists(offers(st.integers(1, 9)), max_size=9, unique_by=lambda offer: offer.member)
    )
    def test_who_can_take_it_stands_before_who_cannot(self, ask, given):
        ranked = rank(ask, given)

        assert [found.can_take for found in ranked] == sorted(
            (found.can_take for found in ranked), reverse=True
        )
        assert {found.member for found in ranked} == {offer.member for offer in given}

    def test_the_same_score_goes_to_whoever_has_more_places(self):
        ranked = rank(GOOD, [Offer(member=1, places=1), Offer(member=2, places=4)])

        assert [found.member for found in ranked] == [2, 1]

    def test_a_full_member_is_told_and_stands_behind(self):
        full = Offer(member=1, places=0, needs=frozenset({"matching"}))
        ranked = rank(GOOD, [full, Offer(member=2)])

        assert [(found.member, found.is_eligible, found.can_take) for found in ranked] == [
            (2, True, True),
            (1, True, False),
        ]

    def test_nobody_fits_is_a_result(self):
        assert (
            best(GOOD, [Offer(member=1, forms=frozenset({"scop"})), Offer(member=2, is_open=False)])
            is None
        )


class TestReplay:
    @given(st.lists(asks, max_size=12), st.data())
    def test_agrees_with_asking_one_by_one(self, past, data):
        several = st.lists(
            offers(st.integers(1, 4)), max_size=4, unique_by=lambda offer: offer.member
        )
        before, after = data.draw(several), data.draw(several)

        result = replay(past, before, after)

        pairs = [(best(ask, before), best(ask, after)) for ask in past]
        assert result.changed == sum(first != then for first, then in pairs)
        for pair, number in result.moves.items():
            assert pairs.count(pair) == number

    def test_ten_thousand_requests_and_nine_members_take_a_few_seconds(self):
        past = [
            Ask(need=NEEDS[n % 3], form="association", staff=n % 300, department="93")
            for n in range(10_000)
        ]
        before = [
            Offer(member=n, needs=frozenset({NEEDS[n % 3]}), staff_max=50 * n) for n in range(1, 10)
        ]
        after = [Offer(member=offer.member, staff_max=offer.staff_max) for offer in before]

        began = time.perf_counter()
        result = replay(past, before, after)
        spent = time.perf_counter() - began

        assert result.changed > 0
        assert spent < 5
