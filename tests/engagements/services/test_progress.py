"""The week log, and blockers."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.domain.refusals import Asked, Refused, by_field
from engagements.models import Blocker, ProgressLog
from engagements.services import progress
from tests.engagements.factories import BlockerFactory
from tests.engagements.refusals import refused_fields

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)


class TestProgress:
    def log(self, engagement, by, at=NOW, seen=None, **words):
        news = progress.WeekLog(**{"week": date(2026, 6, 8)} | words)
        return progress.log_progress(engagement, news, by=by, at=at, seen=seen)

    def test_logging_a_week_again_changes_it_and_keeps_the_old_words(self, engagement, coordinator):
        self.log(engagement, coordinator, done="First words")

        log = self.log(engagement, coordinator, done="Second words", seen=1)

        assert ProgressLog.objects.count() == 1
        assert [row.done for row in log.history.order_by("history_id")] == [
            "First words",
            "Second words",
        ]

    def test_a_blocker_opens_once_and_follows_its_words(self, engagement, coordinator):
        self.log(engagement, coordinator, blocked="No server", opens_blocker=True)

        self.log(engagement, coordinator, blocked="No server yet", opens_blocker=True)

        assert [blocker.text for blocker in Blocker.objects.all()] == ["No server yet"]

    def test_refuses_an_empty_week_that_is_not_called_nothing(self, engagement, coordinator):
        with pytest.raises(Exception, match="Nothing this week"):
            self.log(engagement, coordinator)

    def test_refuses_a_week_to_come_and_one_before_the_start(self, engagement, coordinator):
        for week in (date(2026, 6, 22), date(2025, 12, 22)):
            with pytest.raises(Refused):
                self.log(engagement, coordinator, week=week, done="x")

    def test_last_news_only_moves_forward(self, engagement, coordinator):
        self.log(engagement, coordinator, done="x")
        earlier = NOW - timedelta(days=30)

        self.log(engagement, coordinator, week=date(2026, 5, 11), done="y", at=earlier)

        engagement.refresh_from_db()
        assert engagement.last_news_on == TODAY

    def test_a_blocker_is_resolved_once(self, engagement, coordinator):
        blocker = BlockerFactory(engagement=engagement)
        progress.resolve_blocker(blocker, by=coordinator, today=TODAY)

        with pytest.raises(Refused):
            progress.resolve_blocker(blocker, by=coordinator, today=TODAY)


class TestBlockers:
    def log(self, engagement, by, at=NOW, seen=None, **words):
        news = progress.WeekLog(**{"week": date(2026, 6, 8)} | words)
        return progress.log_progress(engagement, news, by=by, at=at, seen=seen)

    def test_one_without_words_is_refused_and_nothing_is_written(self, engagement, coordinator):
        errors = refused_fields(self.log, engagement, coordinator, done="Some", opens_blocker=True)

        assert "blocked" in errors
        assert not engagement.logs.exists()

    def test_a_resolved_one_opens_again_once_it_is_said(self, engagement, coordinator):
        self.log(engagement, coordinator, blocked="No server", opens_blocker=True)
        progress.resolve_blocker(
            Blocker.objects.get(), by=coordinator, today=TODAY, resolution="Bought one"
        )

        again = {"blocked": "It burnt", "opens_blocker": True}
        with pytest.raises(Asked) as asked:
            self.log(engagement, coordinator, **again)
        assert by_field(asked.value) == {
            "blocks_again": ["This blocker was resolved on 15 June 2026. Say that it blocks again."]
        }
        assert engagement.logs.get().blocked == "No server"
        assert Blocker.objects.get().resolution == "Bought one"

        self.log(engagement, coordinator, **again, blocks_again=True)

        blocker = Blocker.objects.get()
        assert (blocker.text, blocker.resolved_on, blocker.resolution) == ("It burnt", None, "")
        assert "Bought one" in blocker.history.values_list("resolution", flat=True)
