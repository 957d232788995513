"""A figure by groups: as much as is known, and nobody recognised in a small one."""

import re
from datetime import date
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from impact.domain.statistics import too_small
from impact.models import Breakdown, Measurement
from impact.selectors import summaries
from impact.selectors.disaggregation import BreakdownRow, disaggregate
from impact.selectors.results import MeasurementRow
from impact.services.measurements import change_draft, record_measurement, submit_measurement
from impact.table_import.groups import groups_of_text, text_of_groups
from tests.crm.factories import UserFactory, person_as
from tests.impact.factories import (
    BreakdownFactory,
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)

TODAY = date(2026, 7, 15)
LEAST = 5
sizes = st.lists(st.integers(0, 40), min_size=1, max_size=7)
shares = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=6)


def counts(*groups):
    return [(size,) for size in groups]


class TestTooSmall:
    @pytest.mark.parametrize(
        ("groups", "hidden"),
        [
            ([120, 78, 2], {2, 1}),  # one alone would be given back by the total
            ([120, 78, 4, 3], {2, 3}),
            ([120, 78, 1, 1], {1, 2, 3}),  # two that hold two people together are no cover
            ([120, 78, 4, 1], {2, 3}),  # five together are enough
            ([120, 78], set()),
            ([4], {0}),
            ([5], set()),
            ([100, 0], {0, 1}),
            ([], set()),
        ],
    )
    def test_hides(self, groups, hidden):
        assert too_small(counts(*groups), LEAST) == hidden

    @pytest.mark.parametrize(
        ("groups", "hidden"),
        [
            ([(20, 20), (30, 10), (15, 25)], set()),
            (
                [(2, 38), (30, 10), (15, 25)],
                {0, 1},
            ),  # two who have it among forty are recognised as well
            ([(9, 1), (30, 10), (15, 25)], {0, 1}),  # and so is the one who has it not
        ],
    )
    def test_of_a_share_both_sides_count(self, groups, hidden):
        assert too_small(groups, LEAST) == hidden

    @given(shares)
    def test_no_small_cell_is_shown_and_the_hidden_ones_cover_each_other(self, groups):
        hidden = too_small(groups, LEAST)

        assert {place for place, cells in enumerate(groups) if min(cells) < LEAST} <= hidden
        if hidden and len(hidden) < len(groups):
            assert len(hidden) >= 2
            assert min(sum(groups[place][side] for place in hidden) for side in (0, 1)) >= LEAST

    @given(sizes)
    def test_no_small_group_is_shown(self, groups):
        assert {place for place, size in enumerate(groups) if size < LEAST} <= too_small(
            counts(*groups), LEAST
        )

    @given(sizes)
    def test_none_is_hidden_without_need(self, groups):
        hidden = too_small(counts(*groups), LEAST)

        assert not hidden or min(groups) < LEAST

    @given(st.lists(st.integers(0, 9), min_size=2, max_size=4))
    def test_what_is_shown_never_fixes_a_small_group(self, groups):
        """Whoever knows the total and this rule finds at least two ways to fill the hidden groups, if it can be."""
        hidden = sorted(too_small(counts(*groups), LEAST))
        together = sum(groups[place] for place in hidden)
        if len(hidden) == len(groups) or not hidden:
            return
        ways = [
            way for way in product(range(together + 1), repeat=len(hidden)) if sum(way) == together
        ]
        for place in range(len(hidden)):
            assert len({way[place] for way in ways}) >= 2


def cells(measurement, *groups, dimension="gender"):
    return [
        BreakdownRow(measurement, dimension, label, "", count, total)
        for label, count, total in groups
    ]


def figure(pk, count, total=None):
    nothing = dict.fromkeys(MeasurementRow._fields)
    return MeasurementRow(**nothing | {"pk": pk, "count": count, "total": total})


class TestDisaggregate:
    def test_leaves_open_what_is_not_known(self):
        (disaggregation,) = disaggregate(
            cells(1, ("Femmes", 120, None), ("Hommes", 60, None)), [figure(1, 200)], LEAST
        )

        assert [(group.label_fr, group.count) for group in disaggregation.groups] == [
            ("Femmes", 120),
            ("Hommes", 60),
        ]
        assert (disaggregation.untold, disaggregation.whole, disaggregation.hides) == (
            20,
            200,
            False,
        )

    def test_hides_a_small_group_and_its_neighbour(self):
        rows = cells(1, ("Femmes", 120, None), ("Hommes", 78, None), ("Autres", 2, None))
        (disaggregation,) = disaggregate(rows, [figure(1, 200)], LEAST)

        assert [group.count for group in disaggregation.groups] == [120, None, None]
        assert (disaggregation.untold, disaggregation.hides) == (80, True)

    def test_a_group_hidden_in_one_period_is_told_as_at_least(self):
        rows = cells(1, ("Femmes", 20, None), ("Hommes", 3, None), ("Autres", 4, None))
        rows += cells(2, ("femmes", 10, None), ("Hommes", 30, None), ("Autres", 6, None))
        (disaggregation,) = disaggregate(rows, [figure(1, 27), figure(2, 46)], LEAST)

        assert [
            (group.label_fr, group.count, group.is_partial) for group in disaggregation.groups
        ] == [
            ("Femmes", 30, False),
            ("Hommes", 30, True),
            ("Autres", 6, True),
        ]
        assert disaggregation.untold == 7

    def test_a_share_hides_who_has_it_and_who_has_it_not(self):
        rows = cells(1, ("Femmes", 20, 40), ("Hommes", 3, 24), ("Autres", 22, 36))
        (disaggregation,) = disaggregate(rows, [figure(1, 45, 100)], LEAST)

        assert [(group.count, group.total) for group in disaggregation.groups] == [
            (20, 40),
            (None, None),
            (None, None),
        ]
        assert disaggregation.groups[0].share.value == 0.5

    def test_a_period_that_was_not_broken_down_is_told_apart_and_divides_nothing(self):
        rows = cells(1, ("Femmes", 60, None), ("Hommes", 40, None))
        (disaggregation,) = disaggregate(rows, [figure(1, 100), figure(2, 1_756)], LEAST)

        assert [group.part for group in disaggregation.groups] == [0.6, 0.4]
        assert (disaggregation.whole, disaggregation.untold, disaggregation.elsewhere) == (
            100,
            0,
            1_756,
        )

    @given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=1, max_size=4))
    def test_sums_hold_no_hidden_cell(self, periods):
        """What a reader sees of several periods is the sum of what they see of each."""
        labels = ("A", "B", "C")
        rows = [
            cell
            for pk, counts in enumerate(periods)
            for cell in cells(pk, *zip(labels, counts, [None] * 3, strict=True))
        ]
        figures = [figure(pk, sum(counts)) for pk, counts in enumerate(periods)]
        (together,) = disaggregate(rows, figures, LEAST)
        apart = [disaggregate(rows, [each], LEAST)[0] for each in figures]

        for place in range(3):
            seen = [each.groups[place].count for each in apart]
            told = [count for count in seen if count is not None]
            assert together.groups[place].count == (sum(told) if told else None)


class TestText:
    def test_reads_lines_in_either_language(self):
        text = "Genre ; Femmes / Women ; 120\n\nage\t18–25 ans\t1 030\tt"
        with (
            translation.override("en"),
            pytest.raises(ValidationError, match="Line 3: “t” is no whole number"),
        ):
            groups_of_text(text)
        groups = groups_of_text("genre ; Femmes / Women ; 12 ; 20\nGender;Men;5;30")

        assert [tuple(facts.values()) for facts in groups] == [
            ("gender", "Femmes", "Women", 12, 20),
            ("gender", "Men", "", 5, 30),
        ]

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("Femmes ; 12", "write the criterion, the group and the count"),
            ("Taille ; Grandes ; 12", "“Taille” is none of: age, gender, territory"),
            ("genre ; Femmes ; -3", "“-3” is no whole number"),
            ("genre ; Femmes ; N/A", "“N/A” is no whole number"),
            ("genre ; Femmes ; 1,234", "can be read in two ways"),
            (f"genre ; {'F' * 81} ; 12", "Longer than 80 characters"),
        ],
    )
    def test_says_which_line_is_wrong_and_why(self, line, reason):
        with translation.override("en"), pytest.raises(ValidationError) as wrong:
            groups_of_text(line)

        assert reason in wrong.value.messages[0]
        assert wrong.value.messages[0].startswith("Line 1: ")

    @given(
        st.lists(st.tuples(st.sampled_from(["age", "gender"]), st.integers(0, 10**9)), max_size=20)
    )
    def test_what_is_shown_is_read_back(self, rows):
        groups = [
            Breakdown(dimension=dimension, label_fr=f"G{place}", label_en="", count=count)
            for place, (dimension, count) in enumerate(rows)
        ]
        for language in ("fr", "en"):
            with translation.override(language):
                back = groups_of_text(text_of_groups(groups))
            assert [(facts["dimension"], facts["count"]) for facts in back] == rows


@pytest.mark.django_db
class TestServices:
    @pytest.fixture
    def metric(self, member):
        return MetricFactory(engagement__member=member)

    def record(self, metric, by, text, **facts):
        columns = {
            "count": 200,
            "source": "Database",
            "window_start": date(2026, 1, 1),
            "window_end": date(2026, 6, 30),
        }
        groups = groups_of_text(text)
        with translation.override("en"):
            return record_measurement(metric, by=by, today=TODAY, groups=groups, **columns | facts)

    def test_are_written_with_the_figure_and_kept_in_order(self, metric, coordinator):
        row = self.record(
            metric, coordinator, "genre;Hommes;60\ngenre;Femmes;120\nâge;18–25 ans;30"
        )

        assert [group.label_fr for group in row.groups.order_by("position")] == [
            "Hommes",
            "Femmes",
            "18–25 ans",
        ]
        assert all(group.history.get().history_user == coordinator for group in row.groups.all())

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            (
                "genre;Femmes;120\ngenre;Hommes;81",
                "the groups come to 201, more than the 200 of the figure",
            ),
            ("genre;Femmes;12\ngenre;femmes;8", "“femmes” is there twice"),
            ("genre;Femmes;12;20", "the figure is a count, so its groups are counts as well"),
        ],
    )
    def test_refuses_and_writes_nothing(self, metric, coordinator, text, reason):
        with pytest.raises(Refused) as refused:
            self.record(metric, coordinator, text)

        assert reason in refused.value.message_dict["groups"][0]
        assert not Measurement.objects.exists()

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("genre;Femmes;12", "say of each group out of how many"),
            ("genre;Femmes;21;20", "cannot be more than 100 %"),
            ("genre;Femmes;30;50\ngenre;Hommes;16;20", "the groups come to 46, more than the 45"),
            (
                "genre;Femmes;10;75",
                "more have the result outside these groups than there are people",
            ),
        ],
    )
    def test_refuses_shares_that_cannot_be(self, member, coordinator, text, reason):
        metric = MetricFactory(indicator=IndicatorFactory(share=True), engagement__member=member)

        with pytest.raises(Refused) as refused:
            self.record(metric, coordinator, text, count=45, total=80)

        assert reason in refused.value.message_dict["groups"][0]

    def test_a_draft_is_mended_with_its_groups_and_history(self, metric, coordinator):
        row = self.record(metric, coordinator, "genre;Femmes;120\ngenre;Hommes;60")
        change_draft(
            row,
            by=coordinator,
            today=TODAY,
            groups=groups_of_text("genre;Femmes;110\nâge;18–25 ans;30"),
        )

        assert set(row.groups.values_list("label_fr", "count")) == {
            ("Femmes", 110),
            ("18–25 ans", 30),
        }
        assert Breakdown.history.filter(label_fr="Hommes", history_type="-").exists()
        assert row.groups.get(label_fr="Femmes").history.count() == 2

    def test_a_smaller_count_is_refused_with_the_groups_that_stay(self, metric, coordinator):
        row = self.record(metric, coordinator, "genre;Femmes;120\ngenre;Hommes;60")

        with pytest.raises(Refused) as refused:
            change_draft(row, by=coordinator, today=TODAY, count=100)

        assert "groups" in refused.value.message_dict

    def test_what_is_submitted_keeps_its_groups(self, metric, coordinator):
        row = submit_measurement(
            self.record(metric, coordinator, "genre;Femmes;120"), by=coordinator
        )

        with pytest.raises(Refused):
            change_draft(row, by=coordinator, today=TODAY, groups=[])

        assert row.groups.count() == 1

    def test_the_database_knows_it_too(self):
        group = BreakdownFactory(label_fr="Femmes")

        with pytest.raises(IntegrityError):
            BreakdownFactory(measurement=group.measurement, label_fr="Femmes")

    def test_the_database_refuses_more_than_all(self):
        with pytest.raises(IntegrityError):
            BreakdownFactory(count=5, total=4)


@pytest.mark.django_db
class TestReaders:
    @pytest.fixture
    def measured(self, member, coordinator):
        metric = MetricFactory(engagement__member=member, engagement__coordinator=coordinator)
        row = MeasurementFactory(metric=metric, count=10_000)
        for label, count in (("Femmes", 8_282), ("Hommes", 1_715), ("Autres", 3)):
            BreakdownFactory(measurement=row, label_fr=label, label_en="", count=count)
        return row

    @pytest.fixture
    def funder(self, measured):
        return person_as(Role.FUNDER, FundingFactory(engagement=measured.metric.engagement).funder)

    def pages(self, measured):
        engagement = measured.metric.engagement_id
        return [
            reverse("impact:engagement-impact", args=[engagement]),
            reverse("impact:summary"),
            reverse("impact:measurement-detail", args=[measured.pk]),
            f"/api/v1/impact/{engagement}/",
            f"/api/v1/measurements/{measured.pk}/",
        ]

    def test_nobody_is_told_a_small_group_but_its_writers(self, client, measured, funder):
        for person in (
            funder,
            person_as(Role.FUNDER, FundingFactory(engagement=measured.metric.engagement).funder),
        ):
            client.force_login(person)
            for url in self.pages(measured):
                body = client.get(url, headers={"accept-language": "en"}).content.decode()
                assert not re.search(r">(at least )?3<|\b1,?715\b|\"count\":3\b", body), url

    def test_the_page_shows_the_others_and_says_why(self, client, measured, funder):
        client.force_login(funder)
        url = reverse("impact:engagement-impact", args=[measured.metric.engagement_id])
        body = client.get(url, headers={"accept-language": "en"}).content.decode()

        assert "By gender" in body
        assert "Groups of fewer than 5 people are not shown" in body
        assert "<span>8,282</span>" in body.replace("\n", "")

    def test_the_api_tells_the_writer_all_of_them(self, client, measured, coordinator):
        client.force_login(coordinator)
        body = client.get(f"/api/v1/measurements/{measured.pk}/").json()["groups"]

        assert [(group["label_fr"], group["count"]) for group in body] == [
            ("Femmes", 8_282),
            ("Hommes", 1_715),
            ("Autres", 3),
        ]

    def test_the_api_tells_a_funder_none_of_them(self, client, measured, funder):
        client.force_login(funder)

        assert client.get(f"/api/v1/measurements/{measured.pk}/").json()["groups"] == []

    def test_the_api_writes_them_and_refuses_at_their_field(self, client, measured, coordinator):
        client.force_login(coordinator)
        figure = {"metric": measured.metric_id, "count": 50, "source": "Database"}
        figure |= {"window_start": "2025-01-01", "window_end": "2025-06-30"}
        groups = [{"dimension": "gender", "label_fr": "Femmes", "count": 40}]

        made = client.post(
            "/api/v1/measurements/", figure | {"groups": groups}, content_type="application/json"
        )
        figure |= {"window_start": "2024-01-01", "window_end": "2024-06-30"}
        groups[0]["count"] = 51
        wrong = client.post(
            "/api/v1/measurements/", figure | {"groups": groups}, content_type="application/json"
        )

        assert made.status_code == 201
        assert made.json()["groups"][0]["count"] == 40
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["groups"])

    def test_a_report_freezes_what_a_reader_may_see(self, measured, coordinator):
        report = publish_as_read(measured.metric.engagement, by=coordinator, today=TODAY)
        groups = report.contents["figures"][0]["disaggregations"][0]["groups"]

        assert [group["count"] for group in groups] == [8_282, None, None]
        assert "1715" not in str(report.contents["figures"][0]["disaggregations"])

    def test_a_corrected_figure_takes_its_groups_out_of_the_summary(self, measured, coordinator):
        row = MeasurementFactory(
            metric=measured.metric, corrects=measured, count=9_000, author=UserFactory()
        )
        (summary,) = summaries.summarise([measured.metric.engagement])[0].metrics

        assert summary.disaggregations == ()
        assert summary.result.count == row.count


@pytest.mark.django_db
class TestForm:
    @pytest.fixture
    def draft(self, member):
        row = MeasurementFactory(metric__engagement__member=member, status="draft", count=200)
        BreakdownFactory(measurement=row, label_fr="Femmes", label_en="Women", count=120)
        return row

    def typed(self, **facts):
        figure = {
            "count": 200,
            "source": "S",
            "population": "all",
            "grade": "counted",
            "counts_in_total": "on",
        }
        return figure | {"window_start": "2026-01-01", "window_end": "2026-06-30"} | facts

    def test_shows_the_lines_as_they_are_written(self, client, coordinator, draft):
        client.force_login(coordinator)
        page = client.get(reverse("impact:measurement-change", args=[draft.pk]))

        assert page.context["form"]["groups"].value() == "genre ; Femmes / Women ; 120"

    def test_keeps_what_was_typed_and_says_what_is_wrong_with_it(self, client, coordinator, draft):
        client.force_login(coordinator)
        url = reverse("impact:measurement-change", args=[draft.pk])
        response = client.post(
            url, self.typed(groups="genre ; Femmes ; beaucoup", seen=draft.version)
        )

        assert response.status_code == 422
        assert response.context["form"]["groups"].value() == "genre ; Femmes ; beaucoup"
        assert "Ligne 1" in response.context["form"].errors["groups"][0]

    def test_a_stale_form_is_shown_the_groups_that_are_saved(self, client, coordinator, draft):
        client.force_login(coordinator)
        url = reverse("impact:measurement-change", args=[draft.pk])
        client.post(url, self.typed(groups="genre ; Femmes ; 110", seen=draft.version))

        response = client.post(url, self.typed(groups="genre ; Femmes ; 90", seen=draft.version))

        assert response.status_code == 422
        assert [saved for _label, saved in response.context["form"].saved_now] == [
            "genre ; Femmes ; 110"
        ]
        assert response.context["form"]["groups"].value() == "genre ; Femmes ; 90"

    def test_a_correction_begins_with_the_groups_of_what_it_corrects(
        self, client, coordinator, draft
    ):
        Measurement.objects.filter(pk=draft.pk).update(
            status="published", published_at=timezone.now()
        )
        client.force_login(coordinator)
        page = client.get(reverse("impact:measurement-correct", args=[draft.pk]))

        assert page.context["form"]["groups"].value() == "genre ; Femmes / Women ; 120"
