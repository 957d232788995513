"""The first page: one row for each thing, the worst first, and numbers that are true."""

from datetime import date, timedelta

import pytest
from django.utils.translation import ngettext_lazy, override
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.today import MAX_ROWS, today_of
from crm.domain.todos import MAX_TODOS, PAGE_SIZE, Nature, Place, ToDo, key_of

DAY = date(2026, 11, 27)
SIGN = ngettext_lazy("%(many)d agreement to sign", "%(many)d agreements to sign", "many")
WORDS = ngettext_lazy("agreement", "agreements", "many")
NATURES = {name: Nature(name, WORDS) for name in ("a", "b")}


def todo(number=1, place="p", kind="sign", **more):
    place = Place(place, place.upper())
    key = key_of(kind, number, DAY)
    return ToDo(key, f"{kind} {number}", "", "why", DAY, "/", "Go", place=place, **more)


def rows(*todos, **how):
    return [row for _title, rows in today_of(todos, DAY, **how).sections for row in rows]


class TestRows:
    def test_what_is_about_one_thing_is_one_row(self):
        found = rows(todo(1, "x"), todo(2, "y"), todo(3, "x", kind="answer"))

        assert [(row.place.name, len(row.todos)) for row in found] == [("X", 2), ("Y", 1)]

    @pytest.mark.parametrize(
        ("many", "words"), [(1, "1 agreement to sign"), (3, "3 agreements to sign")]
    )
    def test_those_of_one_kind_are_one_sentence(self, many, words):
        (row,) = rows(*(todo(n, fact=SIGN, detail=f"of {n}") for n in range(many)))

        with override("en"):
            assert [cause.fact for cause in row.causes] == [words]
        assert [each.detail for each in row.causes[0].details] == [f"of {n}" for n in range(many)]

    def test_two_sentences_of_one_kind_are_two(self):
        (row,) = rows(todo(1, fact="Approve"), todo(2, fact="Publish"))

        assert [cause.fact for cause in row.causes] == ["Approve", "Publish"]

    def test_the_worst_comes_first_and_says_where_the_row_stands(self):
        late, soon, far = (DAY + timedelta(days=days) for days in (-1, 7, 8))
        found = today_of(
            [
                todo(1, "far", due=far),
                todo(2, "plain"),
                todo(3, "soon", due=soon),
                todo(4, "watch", level="watch"),
                todo(5, "unknown", level="unknown"),
                todo(6, "late", due=late),
                todo(7, "act"),
                todo(8, "act", level="act"),
            ],
            DAY,
        )

        names = [[row.place.key for row in section] for _title, section in found.sections]
        assert names == [["act", "late", "unknown"], ["watch", "soon"], ["far", "plain"]]
        assert found.sections[0][1][0].first.level == "act"

    @given(st.integers(1, 9))
    def test_what_is_folded_is_counted(self, many):
        (row,) = rows(*(todo(n, kind=f"kind-{n}") for n in range(many)))

        assert len(row.shown) + row.others == many
        assert row.others != 1


class TestNumbers:
    @given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from("ab")), max_size=90))
    def test_counts_and_rows_add_up(self, drawn):
        todos = [todo(n, str(place), nature=NATURES[name]) for n, (place, name) in enumerate(drawn)]
        page = today_of(todos, DAY)
        shown = rows(*todos)

        assert sum(count.many for count in page.counts) == page.total == len(todos)
        assert len(shown) + page.remaining == len({place for place, _name in drawn})
        assert len(shown) <= MAX_ROWS
        assert not page.at_least

    def test_pages_reach_every_row_once(self):
        todos = [todo(n, str(n)) for n in range(2 * PAGE_SIZE + 1)]
        reached, start = [], 0
        while True:
            page = today_of(todos, DAY, is_whole=True, start=start)
            reached += rows(*todos, is_whole=True, start=start)
            if not page.remaining:
                break
            start = page.next

        assert [row.place.key for row in reached] == [each.place.key for each in todos]
        assert rows(*todos, is_whole=True, start=999)[0].place.key == "0"

    def test_one_nature_alone_keeps_the_numbers_of_all(self):
        todos = [todo(1, "x", nature=NATURES["a"]), todo(2, "y", nature=NATURES["b"])]
        page = today_of(todos, DAY, only="b")

        assert [row.place.key for row in rows(*todos, only="b")] == ["y"]
        assert (page.total, len(page.counts)) == (2, 2)
        assert len(rows(*todos, only="no such nature")) == 2

    def test_a_source_that_was_cut_says_at_least(self):
        assert today_of([todo(n) for n in range(MAX_TODOS)], DAY).at_least
