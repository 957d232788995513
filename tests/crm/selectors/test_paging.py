"""Pages by key: each row once and in order, however one walks and whatever stands in the address."""

from itertools import pairwise
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from crm.models import Interaction, Organisation
from crm.selectors.paging import MAX_COUNTED, in_order, page_by_key
from tests.crm.factories import OrganisationFactory, UserFactory

UP, DOWN = ("name", "pk"), ("-name", "-pk")


def page_at(query="", *, order=UP, size=3, rows=None):
    rows = Organisation.objects.all() if rows is None else rows
    return page_by_key(rows, order=order, params=QueryDict((query or "").lstrip("?")), size=size)


def fill(names):
    Organisation.objects.bulk_create(Organisation(name=name) for name in names)


def in_database_order(order):
    return list(Organisation.objects.order_by(*order).values_list("pk", flat=True))


class TestWalks(HypothesisTestCase):
    @settings(max_examples=60, deadline=None)
    @given(
        names=st.lists(st.sampled_from(["A", "B", "É", '"', "🌱"]), max_size=17),
        size=st.integers(1, 6),
        order=st.sampled_from([UP, DOWN]),
    )
    def test_forwards_and_backwards_give_each_row_once_and_in_order(self, names, size, order):
        fill(names)
        expected = in_database_order(order)

        page = page_at(order=order, size=size)
        forwards = list(page.keys)
        while page.next:
            page = page_at(page.next, order=order, size=size)
            forwards += page.keys
        page = page_at("last=1", order=order, size=size)
        backwards = list(page.keys)
        while page.previous:
            page = page_at(page.previous, order=order, size=size)
            backwards = page.keys + backwards

        assert forwards == backwards == expected

    @settings(max_examples=30, deadline=None)
    @given(names=st.lists(st.sampled_from("AB"), min_size=7, max_size=15), steps=st.integers(1, 2))
    def test_going_on_and_coming_back_is_where_one_was(self, names, steps):
        fill(names)
        walked = [page_at()]
        for _step in range(steps):
            walked.append(page_at(walked[-1].next))

        for before, after in pairwise(walked):
            assert page_at(after.previous).keys == before.keys

    @settings(max_examples=200, deadline=None)
    @given(cursor=st.text(max_size=30), name=st.sampled_from(["after", "before"]))
    def test_a_cursor_of_any_text_never_fails(self, cursor, name):
        fill("ABCD")
        params = QueryDict(mutable=True)
        params[name] = cursor

        assert (
            len(page_by_key(Organisation.objects.all(), order=UP, params=params, size=3).keys) == 3
        )


JUNK = [
    "{",
    "[]",
    "null",
    "1",
    '"ab"',
    '{"name": 1}',
    '["A"]',
    '["A", "x"]',
    '["A", 1, 2]',
    '[["A"], 1]',
    "[null, 1]",
    *('["A", 1e400]', "[NaN, NaN]", '["A", true]', '["\\u0000", 1]', '["\\ud800", 1]', "[" * 2000),
    '["A", 99999999999999999999999999]',
    '["A", -99999999999999999999999999]',
    '["A", "99999999999999999999"]',
]


@pytest.mark.django_db
class TestJunk:
    @pytest.mark.parametrize("cursor", JUNK, ids=lambda cursor: cursor[:20])
    @pytest.mark.parametrize("name", ["after", "before"])
    def test_a_cursor_that_makes_no_sense_never_fails(self, name, cursor):
        fill("ABCD")
        params = QueryDict(mutable=True)
        params[name] = cursor

        page = page_by_key(Organisation.objects.all(), order=UP, params=params, size=3)

        assert set(page.keys) <= set(in_database_order(UP))

    @pytest.mark.parametrize("cursor", ["{", "[]", '["A"]', '["A", "x"]', "null"])
    def test_one_that_cannot_be_read_is_the_first_page(self, cursor):
        fill("ABCD")
        params = QueryDict(mutable=True)
        params["after"] = cursor

        page = page_by_key(Organisation.objects.all(), order=UP, params=params, size=3)

        assert (page.keys, page.previous) == (in_database_order(UP)[:3], None)

    @pytest.mark.parametrize(
        "cursor",
        [
            '["2026-06-01", 1]',
            '["yesterday", 1]',
            '["2026-02-31", 1]',
            "[1, 1]",
            '["2026-06-01", "x"]',
        ],
    )
    def test_days_as_well(self, cursor):
        params = QueryDict(mutable=True)
        params["after"] = cursor

        assert (
            page_by_key(
                Interaction.objects.all(), order=("-happened_on", "-pk"), params=params
            ).keys
            == []
        )


@pytest.mark.django_db
class TestPage:
    def test_the_first_has_nothing_before_it_and_the_last_nothing_after(self):
        fill("ABCDEFG")
        first = page_at()
        last = page_at(first.last)

        assert (first.first, first.previous, last.next, last.last) == (None, None, None, None)
        assert last.keys == in_database_order(UP)[-3:]
        assert page_at(last.first).keys == first.keys

    def test_a_list_of_one_page_has_no_other(self):
        fill("ABC")
        page = page_at()

        assert (page.first, page.previous, page.next, page.last) == (None, None, None, None)

    def test_an_empty_list_is_an_empty_page(self):
        page = page_at("last=1")

        assert (page.keys, page.total, page.previous, page.next) == ([], 0, None, None)

    def test_filters_stay_in_the_addresses_and_empty_ones_go(self):
        fill("ABCDEFG")

        query = parse_qs(page_at("q=%C3%A9t%C3%A9&part=&sort=name&tag=a&tag=b").next.lstrip("?"))

        assert (query.pop("q"), query.pop("sort"), query.pop("tag")) == (
            ["été"],
            ["name"],
            ["a", "b"],
        )
        assert set(query) == {"after"}

    def test_a_row_that_came_in_between_moves_nothing_to_the_next_page(self):
        fill("BDF")
        first = page_at(size=2)
        fill("AC")

        assert [
            row.name for row in Organisation.objects.filter(pk__in=page_at(first.next, size=2).keys)
        ] == ["F"]

    def test_days_with_ties_walk_as_well(self, member):
        author = UserFactory()
        for _n in range(7):
            Interaction.objects.create(
                organisation=member,
                kept_by=member,
                author=author,
                kind="call",
                happened_on=timezone.localdate(),
            )
        order, rows = ("-happened_on", "-pk"), Interaction.objects.all()

        first = page_at(order=order, rows=rows)
        second = page_at(first.next, order=order, rows=rows)

        keys = first.keys + second.keys
        assert keys == sorted(keys, reverse=True)
        assert len(set(keys)) == 6

    def test_counting_stops(self):
        fill("A" * (MAX_COUNTED + 20))

        page = page_at()

        assert page.is_more_than_counted
        assert page.total == MAX_COUNTED + 1

    @pytest.mark.parametrize("size", [4, 400])
    @pytest.mark.parametrize("query", ["", "last=1"])
    def test_two_queries_whatever_the_size_and_none_skips_rows(self, size, query):
        fill(f"Name {n}" for n in range(size))

        with CaptureQueriesContext(connection) as captured:
            page_at(query)

        assert len(captured) == 2
        assert not any("OFFSET" in each["sql"] for each in captured)


@pytest.mark.django_db
def test_rows_come_in_the_order_of_their_keys_and_those_gone_are_left_out():
    one, two, gone = OrganisationFactory.create_batch(3)
    keys = [two.pk, gone.pk, one.pk]
    gone.delete()

    assert in_order(keys, Organisation.objects.all()) == [two, one]
