"""Many figures from a table: looked at whole, written whole or not at all."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain.refusals import Refused
from impact.models import Measurement
from impact.services import imports
from impact.table_import import columns
from tests.crm.factories import UserFactory
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import IndicatorFactory, MeasurementFactory, MetricFactory
from tests.impact.pasted import GOOD, HEAD, TODAY, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member)


@pytest.fixture
def jobs(engagement):
    indicator = IndicatorFactory(code="emplois", name_fr="Emplois trouvés", name_en="Jobs found")
    return MetricFactory(engagement=engagement, indicator=indicator)


@pytest.fixture
def share(engagement):
    return MetricFactory(
        engagement=engagement, indicator=IndicatorFactory(code="sorties", share=True)
    )


@pytest.fixture
def plan(engagement, jobs, share, coordinator):
    return partial(planned, engagement, coordinator)


def wrong(plan):
    return [(each.line, each.column, each.reason) for each in plan.errors]


class TestReading:
    def test_a_row_as_people_write_it(self, plan):
        row = plan(
            "Jobs found\t01/2026\t2026-03\t1 234\t\t3,5\teveryone who started\tcounted\tBase"
        ).measurements[0]

        assert (row.window_start, row.window_end) == (date(2026, 1, 1), date(2026, 3, 31))
        assert (row.count, row.exposure_months, row.population, row.grade) == (
            1234,
            Decimal("3.5"),
            "all",
            "counted",
        )

    @pytest.mark.parametrize(
        ("place", "cell", "column", "word"),
        [
            (1, "31/02/2026", "du", "is no date"),
            (1, "mars", "du", "is no date"),
            (1, "", "du", "Say the day"),
            (1, "01/01/1870", "du", "between 2000 and 2099"),
            (2, "31/12/2026", "until", "not over yet"),
            (2, "31/12/2025", "until", "ends before it begins"),
            (3, "N/A", "nombre", "no whole number"),
            (3, "-3", "nombre", "no whole number"),
            (3, "1e308", "nombre", "no whole number"),
            (3, "1,234", "nombre", "in two ways"),
            (3, "1.5", "nombre", "no whole number"),
            (3, "999999999999", "count", ""),
            (3, "", "count", "give the count"),
            (3, "=1+1", "nombre", "no whole number"),
            (4, "80", "out of", "leave this cell empty"),
            (5, "abc", "mois", "is no number"),
            (6, "personne", "population", "is none of"),
            (7, "sûr", "preuve", "is none of"),
            (8, "", "source", ""),
            (8, "x" * 301, "source", "Longer than 300"),
            (0, "bonheur", "indicator", "does not follow “bonheur”"),
            (0, "", "indicator", "Say which indicator"),
        ],
    )
    def test_what_is_wrong_names_row_column_and_reason(self, plan, place, cell, column, word):
        cells = GOOD.split("\t")
        cells[place] = cell

        errors = wrong(plan("\t".join(cells)))

        assert [(line, at) for line, at, _reason in errors] == [(2, column)]
        assert word in errors[0][2]

    GROUPS_HEAD = "indicateur\tdu\tau\tnombre\tsur\tgroupes\tsource"

    @pytest.mark.parametrize(
        "cell",
        [
            "genre ; Femmes / Women ; 70 | genre ; Hommes / Men ; 30",
            "gender;Femmes / Women;70|gender;Hommes / Men;30 |",
            '"genre ; Femmes / Women ; 70\ngenre ; Hommes / Men ; 30"',
        ],
    )
    def test_groups_stand_in_one_cell(self, plan, cell):
        outcome = plan(f"emplois\t2026-01\t2026-03\t120\t\t{cell}\tBase", head=self.GROUPS_HEAD)

        assert wrong(outcome) == []
        assert [
            (each["label_fr"], each["label_en"], each["count"]) for each in outcome.groups[0]
        ] == [
            ("Femmes", "Women", 70),
            ("Hommes", "Men", 30),
        ]

    @pytest.mark.parametrize(
        ("name", "count", "total", "cell", "word"),
        [
            ("emplois", 9, "", "genre ; Femmes ; 10", "come to 10, more than the 9"),
            ("emplois", 9, "", "genre ; Femmes", "write the criterion"),
            ("emplois", 9, "", "couleur ; Femmes ; 1", "is none of"),
            ("emplois", 9, "", "genre ; Femmes ; N/A", "no whole number"),
            ("emplois", 9, "", "genre ; Femmes ; 1 | genre ; femmes ; 2", "there twice"),
            ("emplois", 9, "", "genre ; Femmes ; 1 ; 2", "its groups are counts"),
            ("sorties", 9, 10, "genre ; Femmes ; 1", "out of how many"),
            ("sorties", 9, 10, "genre ; Femmes ; 3 ; 2", "100 %"),
            ("emplois", 9, "", "genre ; Femmes | " * 50, "Line 3: write"),
            ("emplois", 9, "", "x|" * 50_000, "60 groups at most"),
        ],
    )
    def test_groups_that_cannot_be_are_told_at_their_cell(
        self, plan, name, count, total, cell, word
    ):
        row = f"{name}\t2026-01\t2026-03\t{count}\t{total}\t{cell}\tBase"

        ((line, column, reason),) = wrong(plan(row, head=self.GROUPS_HEAD))

        assert (line, column) in [(2, "groupes"), (2, "groups")]
        assert word in reason
        assert len(reason) < 400

    def test_more_groups_than_one_writing_should_hold_are_refused_at_once(self, plan, monkeypatch):
        monkeypatch.setattr("impact.services.imports.MAX_GROUPS", 3)
        row = "emplois\t2026-0{n}\t2026-0{n}\t9\t\tgenre ; Femmes ; 1 | genre ; Hommes ; 1\tBase"

        with pytest.raises(Refused, match="more than 3 groups"):
            plan(row.format(n=1), row.format(n=2), head=self.GROUPS_HEAD)
        assert plan(row.format(n=1), head=self.GROUPS_HEAD).errors == ()

    @pytest.mark.parametrize(
        ("asked", "answered", "yes", "places"),
        [
            (30, 22, 6, []),
            (31, 22, 6, ["anyway asked"]),
            (20, 22, 6, ["anyway answered"]),
            (30, 5, 6, ["anyway yes"]),
            (30, "", "", ["anyway answered"]),
        ],
    )
    def test_what_would_have_happened_anyway_is_three_numbers(
        self, plan, asked, answered, yes, places
    ):
        head = "indicateur\tdu\tau\tnombre\tanyway asked\tanyway answered\tanyway yes\tsource"
        outcome = plan(
            f"emplois\t2026-01\t2026-03\t30\t{asked}\t{answered}\t{yes}\tBase", head=head
        )

        assert [each.column for each in outcome.errors] == places
        if not places:
            assert (
                outcome.measurements[0].deadweight_asked,
                outcome.measurements[0].deadweight,
            ) == (
                30,
                6,
            )

    def test_a_share_of_more_than_all_is_refused(self, plan):
        errors = wrong(plan("sorties\t2026-01\t2026-03\t81\t80\t\t\t\tBase"))

        assert errors == [
            (2, "count", "A share cannot be more than 100 %: the count is above the total.")
        ]

    @pytest.mark.parametrize("cell", ["105", "105 %", "-1"])
    def test_a_percentage_outside_its_bounds_is_refused(self, plan, cell):
        head = "indicateur\tdu\tau\t%\tsource"

        assert [
            each.column
            for each in plan(f"sorties\t2026-01\t2026-03\t{cell}\tBase", head=head).errors
        ] == ["%"]

    def test_a_percentage_beside_its_count_is_refused(self, plan):
        head = "indicateur\tdu\tau\tnombre\tsur\t%\tsource"

        assert (
            "not both"
            in wrong(plan("sorties\t2026-01\t2026-03\t8\t10\t80 %\tBase", head=head))[0][2]
        )

    def test_the_same_window_twice_would_count_twice(self, plan, jobs):
        MeasurementFactory(
            metric=jobs, window_start=date(2026, 4, 1), window_end=date(2026, 4, 30), status="draft"
        )
        rows = [
            "emplois\t2026-01\t2026-01\t1\t\t\t\t\tB",
            "emplois\t01/2026\t01/2026\t2\t\t\t\t\tB",
        ]

        errors = wrong(plan(*rows, "emplois\t2026-04\t2026-04\t3\t\t\t\t\tB"))

        assert errors == [
            (3, "from", "This is the same window as in row 2."),
            (4, "from", "This figure is recorded already: correct it there."),
        ]

    def test_a_figure_that_was_corrected_may_not_come_back_beside_its_correction(self, plan, jobs):
        window = {"window_start": date(2026, 4, 1), "window_end": date(2026, 4, 30)}
        old = MeasurementFactory(metric=jobs, **window)
        MeasurementFactory(metric=jobs, corrects=old, count=61, **window)

        assert len(plan("emplois\t2026-04\t2026-04\t3\t\t\t\t\tB").errors) == 1

    @pytest.mark.parametrize(
        ("head", "reasons"),
        [
            ("du\tau\tsource\tcouleur", ["This heading is not known."]),
            ("du\tau\tsource\tdu", ["This column is there twice."]),
            ("nombre\tsource", ["This column is missing.", "This column is missing."]),
        ],
    )
    def test_headings_are_looked_at_first(self, plan, head, reasons):
        assert [reason for _line, _column, reason in wrong(plan(GOOD, head=head))] == reasons

    @pytest.mark.parametrize("text", ["", "\n\n", HEAD, f"{HEAD}\n\t\t"])
    def test_nothing_below_the_headings_says_so(self, engagement, jobs, text):
        with pytest.raises(Refused) as refused:
            imports.plan_import(engagement, text, by=UserFactory(), today=TODAY)
        assert "text" in refused.value.message_dict

    def test_more_cells_than_headings_are_told(self, plan):
        assert "more cells" in wrong(plan(f"{GOOD}\tsurprise"))[-1][2]

    @settings(deadline=None)
    @given(text=st.text(max_size=40))
    def test_no_cell_breaks_a_reader(self, text):
        for name, read in columns.READERS.items():
            try:
                value = read(text)
            except ValueError:
                continue
            assert (
                value is None or name in ("window_start", "window_end") or value == value
            )  # no NaN

    @pytest.mark.parametrize("rows", [2, 40])
    def test_costs_the_same_whatever_its_length(self, plan, django_assert_num_queries, rows):
        table = [
            f"emplois\t{2000 + n // 12}-{n % 12 + 1:02}\t{2000 + n // 12}-{n % 12 + 1:02}\t{n}\t\t\t\t\tB"
            for n in range(rows)
        ]

        with django_assert_num_queries(2):
            assert len(plan(*table).measurements) == rows


class TestWriting:
    def test_writes_drafts_with_their_history(self, engagement, jobs, coordinator):
        rows = imports.import_measurements(
            engagement, f"{HEAD}\n{GOOD}", by=coordinator, today=TODAY
        )

        row = Measurement.objects.get()
        assert (len(rows), row.status, row.author, row.count) == (1, "draft", coordinator, 1234)
        assert row.history.get().history_user == coordinator

    @pytest.mark.parametrize("rows", [2, 20])
    def test_writes_the_groups_of_each_row_with_their_history(
        self, engagement, jobs, coordinator, django_assert_num_queries, rows
    ):
        head = "indicateur\tdu\tau\tnombre\tgroupes\tsource"
        table = [
            f"emplois\t{2020 + n // 12}-{n % 12 + 1:02}\t{2020 + n // 12}-{n % 12 + 1:02}\t{n + 9}\t"
            f"genre ; Femmes / Women ; {n} | genre ; Hommes ; 9\tB"
            for n in range(rows)
        ]

        with django_assert_num_queries(9):
            written = imports.import_measurements(
                engagement, "\n".join([head, *table]), by=coordinator, today=TODAY
            )

        last = Measurement.objects.order_by("window_end").last()
        assert len(written) == rows
        assert list(
            last.groups.order_by("position").values_list(
                "position", "label_fr", "label_en", "count"
            )
        ) == [
            (0, "Femmes", "Women", rows - 1),
            (1, "Hommes", "", 9),
        ]
        assert last.groups.first().history.get().history_user == coordinator

    def test_one_wrong_row_writes_none(self, engagement, jobs, coordinator):
        bad = GOOD.replace("1 234", "N/A").replace("31/03", "30/03")

        with pytest.raises(Refused):
            imports.import_measurements(
                engagement, f"{HEAD}\n{GOOD}\n{bad}", by=coordinator, today=TODAY
            )

        assert not Measurement.objects.exists()

    def test_the_same_table_twice_is_refused_the_second_time(self, engagement, jobs, coordinator):
        imports.import_measurements(engagement, f"{HEAD}\n{GOOD}", by=coordinator, today=TODAY)

        with pytest.raises(Refused):
            imports.import_measurements(engagement, f"{HEAD}\n{GOOD}", by=coordinator, today=TODAY)

        assert Measurement.objects.count() == 1
