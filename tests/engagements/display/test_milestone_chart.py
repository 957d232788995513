from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.template import engines
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from engagements.display import milestone_chart
from engagements.models import Milestone

TODAY = date(2026, 6, 15)


def milestone(first=date(2026, 6, 1), now=None, done=None, title="Online"):
    return Milestone(title=title, planned_first_on=first, planned_on=now or first, done_on=done)


def slipped(*days):
    return [milestone(now=date(2026, 6, 1) + timedelta(days=slip)) for slip in days]


def picture(milestones):
    """The picture as a page gets it, parsed: that it parses is a test of its own."""
    drawn = milestone_chart.draw(milestones, TODAY)
    macros = engines["jinja2"].env.get_template("engagements/_timeline.html").module
    html = macros.timeline_chart(drawn)
    return ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])  # noqa: S314


class TestFinding:
    @pytest.mark.parametrize(
        ("slips", "sentence"),
        [
            ((0, 0), "No milestone has slipped."),
            ((-5, 0), "No milestone has slipped."),
            ((0, 1), "1 milestone out of 2 has slipped, by 1 day."),
            ((30, 12, 5, 0, 0), "3 milestones out of 5 have slipped, by 12 days in the median."),
        ],
    )
    def test_says_how_many_slipped_and_by_how_much(self, slips, sentence):
        with translation.override("en"):
            assert milestone_chart.finding(slipped(*slips)) == sentence

    def test_says_it_in_french_too(self):
        with translation.override("fr"):
            sentence = milestone_chart.finding(slipped(30, 12, 5, 0, 0))

        assert "3 jalons sur 5" in sentence
        assert "12 jours" in sentence

    def test_speaks_of_all_milestones_though_it_draws_the_first_ones(self):
        drawn = milestone_chart.draw(slipped(*[0] * milestone_chart.MAX_MILESTONES, 9), TODAY)

        assert len(drawn.marks) == milestone_chart.MAX_MILESTONES
        with translation.override("en"):
            assert milestone_chart.finding(
                slipped(*[0] * milestone_chart.MAX_MILESTONES, 9)
            ).startswith("1 milestone out of 41")
        assert "41" in drawn.finding


class TestDraw:
    def test_what_came_true_stands_where_it_came_true(self):
        late, early = milestone_chart.draw(
            [milestone(done=date(2026, 6, 20)), milestone(done=date(2026, 5, 20))], TODAY
        ).marks

        assert (late.slip, early.slip) == (19, -12)
        assert late.now_x > late.first_x
        assert early.now_x < early.first_x

    def test_days_on_one_date_share_one_x_coordinate(self):
        drawn = milestone_chart.draw(
            [milestone(TODAY), milestone(date(2026, 6, 1), now=TODAY)], TODAY
        )

        assert drawn.marks[0].now_x == drawn.marks[1].now_x == drawn.today_x

    @given(
        days=st.lists(
            st.tuples(
                st.dates(date(2000, 1, 1), date(2099, 12, 31)),
                st.dates(date(2000, 1, 1), date(2099, 12, 31)),
                st.none() | st.dates(date(2000, 1, 1), TODAY),
            ),
            min_size=1,
            max_size=50,
        )
    )
    def test_nothing_is_drawn_outside_the_picture(self, days):
        drawn = milestone_chart.draw([milestone(*row) for row in days], TODAY)

        across = [x for mark in drawn.marks for x in (mark.first_x, mark.now_x)]
        across += [tick.x for tick in drawn.ticks] + [drawn.today_x]
        assert all(drawn.left <= x <= drawn.width for x in across)
        assert all(0 < mark.y < drawn.bottom for mark in drawn.marks)
        assert len(drawn.ticks) <= 8


class TestPicture:
    def test_has_a_title_that_says_the_finding_and_a_description(self):
        with translation.override("en"):
            svg = picture(slipped(12))

        assert svg.get("role") == "img"
        names = {part.get("id"): part.text for part in svg if part.get("id")}
        assert svg.get("aria-labelledby").split() == list(names)
        late = "1 milestone is 2 days late."
        assert names["timeline-title"] == f"1 milestone out of 1 has slipped, by 12 days. {late}"
        assert "Hollow" in names["timeline-desc"]

    def test_labels_each_mark_and_its_slip_directly(self):
        with translation.override("en"):
            words = [
                text.text.strip()
                for text in picture([milestone(now=TODAY, title="A <b>")]).iter("text")
            ]

        assert "A <b>" in words
        assert "+14 days" in words

    def test_says_nothing_by_colour_alone(self):
        """Hollow, solid and ticked are shapes: they differ in grey and in print."""
        waiting, done = picture([milestone()]), picture([milestone(done=TODAY)])

        assert len(list(waiting.iter("path"))) == 0
        assert len(list(done.iter("path"))) == 1
        assert [circle.get("fill") for circle in waiting.iter("circle")] == ["none", None]

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_writes_coordinates_with_points_in_either_language(self, language):
        with translation.override(language):
            svg = picture(slipped(12))

        numbers = [circle.get(name) for circle in svg.iter("circle") for name in ("cx", "cy")]
        assert all(float(number) > 0 for number in numbers)

    def test_carries_no_style_of_its_own(self):
        assert not [part for part in picture(slipped(12)).iter() if part.get("style")]

    def test_cuts_a_title_that_would_run_into_the_marks(self):
        (mark,) = milestone_chart.draw([milestone(title="x" * 200)], TODAY).marks

        assert len(mark.title) == 28
