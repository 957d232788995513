"""A figure from a draft to what is published, in the words of the service and with the lines that it leaves."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm.domain.refusals import ChangedSinceRead, Stale, Unread
from impact.models import Measurement
from impact.services import measurements
from tests.crm.factories import UserFactory
from tests.impact.factories import PUBLISHED_AT, BreakdownFactory, MeasurementFactory, MetricFactory
from tests.services import WHOLE, last_line, refusal

pytestmark = pytest.mark.django_db
TODAY, DAY = date(2026, 7, 15), timedelta(days=1)
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
WOMEN = {"dimension": "gender", "label_fr": "Femmes", "label_en": "Women", "count": 20}


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def metric():
    return MetricFactory()


def figure(state, **facts):
    approver = UserFactory() if state in ("approved", "published") else None
    return MeasurementFactory(status=state, approved_by=approver, **facts)


def record(metric, by, **facts):
    payload = {
        "count": 60,
        "window_start": FIRST,
        "window_end": LAST,
        "source": "Sheet",
        "grade": "counted",
    } | facts
    return measurements.record_measurement(metric, **{"by": by, "today": TODAY} | payload)


class TestRecording:
    def test_is_a_draft_of_whoever_writes_it(self, metric, by):
        made = Measurement.objects.get(pk=record(metric, by, groups=[WOMEN]).pk)

        assert (made.metric, made.author, made.recorded_on, made.status) == (
            metric,
            by,
            TODAY,
            "draft",
        )
        assert (made.count, made.window_start, made.window_end, made.corrects) == (
            60,
            FIRST,
            LAST,
            None,
        )
        assert last_line(made) == (by, "Recorded")
        group = made.groups.get()
        assert (group.label_fr, group.count, last_line(group)) == ("Femmes", 20, (by, "Recorded"))

    def test_may_be_submitted_at_once(self, metric, by):
        made = record(metric, by, submits=True)

        assert (made.status, last_line(made)) == ("submitted", (by, "Submitted"))

    def test_corrects_another_once(self, metric, by):
        wrong = figure("published", metric=metric)

        right = record(metric, by, corrects=wrong)

        assert (right.corrects, last_line(right)) == (wrong, (by, "Corrected"))
        assert refusal(record, metric, by, corrects=wrong) == {
            WHOLE: ["This figure has been corrected already: correct the correction."]
        }
        assert record(metric, by, corrects=right).corrects == right

    def test_of_a_window_that_is_over(self, metric, by):
        assert refusal(record, metric, by, window_end=TODAY + DAY) == {
            "window_end": ["This window is not over yet."]
        }
        assert record(metric, by, window_end=TODAY).pk

    @pytest.mark.parametrize(
        ("first", "last", "fits"),
        [
            (FIRST - 9 * DAY, FIRST - DAY, True),
            (FIRST - 9 * DAY, FIRST, False),
            (LAST, LAST + 9 * DAY, False),
            (LAST + DAY, LAST + 9 * DAY, True),
        ],
    )
    def test_counts_no_day_twice(self, metric, by, first, last, fits):
        figure("draft", metric=metric)
        figure("draft", window_start=first, window_end=last)  # of another metric
        if fits:
            assert record(metric, by, window_start=first, window_end=last).pk
            return
        assert refusal(record, metric, by, window_start=first, window_end=last) == {
            "window_start": [
                "A figure from 1 January 2026 to 30 June 2026 counts these days already: correct that one, or do not "
                "count this one in the total."
            ]
        }
        assert not Measurement.objects.filter(author=by).exists()

    def test_of_two_in_the_way_the_first_is_named(self, metric, by):
        figure("draft", metric=metric, window_start=LAST + DAY, window_end=LAST + 5 * DAY)
        figure("draft", metric=metric)

        refused = refusal(record, metric, by, window_end=LAST + 9 * DAY)

        assert "from 1 January 2026 to 30 June 2026" in refused["window_start"][0]

    def test_beside_one_that_does_not_count_or_was_corrected(self, metric, by):
        figure("published", metric=metric, counts_in_total=False)
        wrong = figure("published", metric=metric)
        record(metric, by, corrects=wrong, window_end=FIRST + DAY)

        assert record(metric, by, window_start=FIRST + 2 * DAY).pk

    def test_what_counts_since_the_beginning_never_goes_down(self, by):
        since = MetricFactory(reading="cumulative")
        figure("published", metric=since, count=60)
        figure("draft", metric=since, count=None, percent=Decimal(5), window_end=LAST - 9 * DAY)
        sentence = "These figures count since the beginning and cannot go down: there are 60 on 30 June 2026."

        assert refusal(record, since, by, count=59, window_end=LAST + DAY) == {"count": [sentence]}
        assert refusal(record, since, by, count=61, window_end=LAST - DAY) == {"count": [sentence]}
        assert record(since, by, count=60, window_end=LAST + DAY).pk

    def test_groups_are_no_more_than_the_figure(self, metric, by):
        assert list(refusal(record, metric, by, groups=[WOMEN | {"count": 61}])) == ["groups"]
        assert not Measurement.objects.exists()
        assert record(metric, by, groups=[WOMEN | {"count": 60}]).pk


class TestADraft:
    def test_is_mended(self, by):
        draft = figure("draft")
        BreakdownFactory(measurement=draft)

        measurements.change_draft(draft, count=61, source="List", by=by, today=TODAY)

        draft.refresh_from_db()
        assert (draft.count, draft.source, draft.version) == (61, "List", 2)
        assert (draft.groups.count(), last_line(draft)) == (1, (by, "Changed"))

    def test_has_the_groups_that_are_given(self, by):
        draft = figure("draft")
        BreakdownFactory(measurement=draft)

        measurements.change_draft(draft, groups=[WOMEN], by=by, today=TODAY)
        draft.refresh_from_db()
        group = draft.groups.get()
        assert (group.label_en, last_line(group), draft.version) == ("Women", (by, "Recorded"), 2)

        measurements.change_draft(draft, groups=[WOMEN | {"count": 30}], by=by, today=TODAY)
        assert last_line(group) == (by, "Changed")

        measurements.change_draft(draft, groups=[], by=by, today=TODAY)
        assert not draft.groups.exists()
        assert last_line(group) == (by, "Taken away")

    def test_keeps_the_rules_of_a_new_one(self, metric, by):
        figure("draft", metric=metric, window_start=LAST + DAY, window_end=LAST + 9 * DAY)
        draft = figure("draft", metric=metric)
        BreakdownFactory(measurement=draft, count=20)

        def change(**facts):
            return refusal(measurements.change_draft, draft, by=by, today=TODAY, **facts)

        assert list(change(window_end=TODAY + DAY)) == ["window_end"]
        assert list(change(window_end=LAST + DAY)) == ["window_start"]
        assert list(change(count=19)) == ["groups"]
        assert list(change(groups=[WOMEN | {"count": 61}])) == ["groups"]
        assert (
            measurements.change_draft(draft, window_end=LAST - DAY, by=by, today=TODAY).window_end
            == LAST - DAY
        )

    def test_of_a_correction_stands_beside_what_it_corrects(self, metric, by):
        wrong = figure("published", metric=metric)
        draft = figure("draft", metric=metric, corrects=wrong)

        assert measurements.change_draft(draft, count=61, by=by, today=TODAY).count == 61

    @pytest.mark.parametrize("state", ["submitted", "approved", "published"])
    def test_alone_is_changed_or_taken_away(self, by, state):
        row = figure(state)

        assert refusal(measurements.change_draft, row, count=61, by=by, today=TODAY) == {
            WHOLE: ["Only a draft is changed: take it back first, or correct it by a new figure."]
        }
        assert refusal(measurements.delete_draft, row, by=by) == {
            WHOLE: ["Only a draft is taken away: what was published is corrected by a new figure."]
        }

    def test_is_taken_away(self, by):
        draft = figure("draft")
        pk = draft.pk

        measurements.delete_draft(draft, by=by)

        assert not Measurement.objects.exists()
        assert last_line(Measurement(pk=pk)) == (by, "Taken away")

    def test_not_over_what_somebody_saved_meanwhile(self, by):
        draft = figure("draft")
        seen = draft.version + 1

        with pytest.raises(Stale):
            measurements.change_draft(draft, count=61, by=by, today=TODAY, seen=seen)
        with pytest.raises(Stale):
            measurements.delete_draft(draft, by=by, seen=seen)
        with pytest.raises(Stale):
            measurements.submit_measurement(draft, by=by, seen=seen)
        draft.refresh_from_db()
        assert (draft.status, draft.count) == ("draft", 60)


class TestTheSteps:
    def test_each_leaves_its_line(self, by):
        row = figure("draft", returned_why="Look again")

        row = measurements.submit_measurement(row, by=row.author)
        row.refresh_from_db()
        assert (row.status, row.returned_why, last_line(row)) == (
            "submitted",
            "",
            (row.author, "Submitted"),
        )

        row = measurements.approve_measurement(row, by=by, seen=row.version)
        row.refresh_from_db()
        assert (row.status, row.approved_by, last_line(row)) == ("approved", by, (by, "Approved"))

        row = measurements.publish_measurement(row, by=by, at=PUBLISHED_AT, seen=row.version)
        row.refresh_from_db()
        assert (row.status, row.published_at, last_line(row)) == (
            "published",
            PUBLISHED_AT,
            (by, "Published"),
        )

    @pytest.mark.parametrize("state", ["submitted", "approved"])
    def test_back_with_what_is_to_mend(self, by, state):
        row = measurements.return_measurement(figure(state), reason=" The window is wrong ", by=by)

        row.refresh_from_db()
        assert (row.status, row.approved_by, row.returned_why) == (
            "draft",
            None,
            "The window is wrong",
        )
        assert last_line(row) == (by, "The window is wrong")

    def test_back_not_over_what_somebody_saved_meanwhile(self, by):
        row = figure("submitted")

        with pytest.raises(Stale):
            measurements.return_measurement(row, reason="x", by=by, seen=row.version + 1)

    def test_its_author_does_not_approve_it(self):
        row = figure("submitted")

        assert refusal(measurements.approve_measurement, row, by=row.author, seen=row.version) == {
            WHOLE: ["You wrote this figure: somebody else approves it."]
        }

    @pytest.mark.parametrize(
        ("state", "step"),
        [
            ("submitted", measurements.approve_measurement),
            (
                "approved",
                lambda row, **given: measurements.publish_measurement(
                    row, at=PUBLISHED_AT, **given
                ),
            ),
        ],
    )
    def test_a_word_is_given_of_what_was_read(self, by, state, step):
        row = figure(state)

        with pytest.raises(Unread):
            step(row, by=by, seen=None)
        with pytest.raises(ChangedSinceRead):
            step(row, by=by, seen=row.version - 1)

    @pytest.mark.parametrize(
        ("state", "step", "words"),
        [
            ("published", "submit", "This figure is “published”: it is submitted already."),
            (
                "draft",
                "approve",
                "This figure is “draft”: only one that was submitted is approved.",
            ),
            (
                "submitted",
                "publish",
                "This figure is “submitted”: only one that somebody else approved is published.",
            ),
            (
                "published",
                "return",
                "This figure is “published”: only one that waits or is approved goes back.",
            ),
        ],
    )
    def test_out_of_turn_is_refused_in_words(self, by, state, step, words):
        row = figure(state)
        steps = {
            "submit": lambda: measurements.submit_measurement(row, by=by),
            "approve": lambda: measurements.approve_measurement(row, by=by, seen=row.version),
            "publish": lambda: measurements.publish_measurement(
                row, by=by, at=PUBLISHED_AT, seen=row.version
            ),
            "return": lambda: measurements.return_measurement(row, reason="x", by=by),
        }
        assert refusal(steps[step]) == {WHOLE: [words]}
