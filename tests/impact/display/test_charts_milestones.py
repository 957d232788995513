"""Milestones on the axis of a chart."""

from datetime import date

from impact.display import charts
from impact.selectors import summaries
from tests.engagements.factories import MilestoneFactory
from tests.impact.factories import MeasurementFactory


class TestMilestonesOnTheAxis:
    def test_those_reached_within_the_picture_stand_on_it_in_their_order(self, db):
        metric = MeasurementFactory().metric
        for title, day in (
            ("Late", date(2026, 7, 1)),
            ("Second", date(2026, 6, 30)),
            ("First", date(2026, 1, 1)),
        ):
            MilestoneFactory(engagement=metric.engagement, title=title, done_on=day)
        MilestoneFactory(engagement=metric.engagement, title="Open")
        (section,) = summaries.summarise([metric.engagement])

        drawn = charts.draw(section.metrics[0], section.reached)

        assert [(mark.place, mark.title) for mark in drawn.milestones] == [
            (1, "First"),
            (2, "Second"),
        ]
        assert [mark.x for mark in drawn.milestones] == [drawn.left, drawn.right]
        assert (section.milestones_done, section.milestones) == (3, 4)
