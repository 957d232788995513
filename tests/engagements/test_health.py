"""What health means, who set it by hand, the pauses; the Monday page and its mail."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.audit.write import mark_of
from crm.domain import todos
from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from crm.models import Snooze, User
from crm.services import digest, snoozes
from crm.services.digest import first_working_day, send_digests, todos_of
from engagements import todos as todos_engagements
from engagements.domain import health
from engagements.models import Engagement, HealthRule, Pause
from engagements.services import engagements, progress
from engagements.services import health as health_services
from tests.api_client import ReadingClient
from tests.crm.factories import person_as
from tests.engagements.factories import (
    BlockerFactory,
    DrillFactory,
    EngagementFactory,
    HealthOverrideFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    PauseFactory,
    ProgressLogFactory,
    RunningCostFactory,
    SurvivalCheckFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
GOOD, WATCH, ACT, UNKNOWN = (
    health.HealthLevel.GOOD,
    health.HealthLevel.WATCH,
    health.HealthLevel.ACT,
    health.HealthLevel.UNKNOWN,
)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def engagement(member, coordinator):
    """Led, with news of today, nothing late."""
    engagement = EngagementFactory(member=member, coordinator=coordinator, last_news_on=TODAY)
    LeadAppointmentFactory(engagement=engagement)
    return engagement


def of(engagement, today=TODAY):
    facts = Engagement.objects.with_facts(today).get(pk=engagement.pk)
    return health.of(facts, today, HealthRule.objects.in_force())


def found(level, today=TODAY):
    return list(
        Engagement.objects.with_facts(today).filter(
            health.where(level, today, HealthRule.objects.in_force())
        )
    )


class TestRules:
    @pytest.mark.parametrize(("days", "level"), [(0, WATCH), (13, WATCH), (14, ACT)])
    def test_a_vacancy_is_amber_at_once_and_red_after_a_fortnight(self, member, days, level):
        engagement = EngagementFactory(member=member, last_news_on=TODAY)
        LeadAppointmentFactory(engagement=engagement, ends_on=TODAY - timedelta(days=max(days, 1)))
        if days == 0:
            engagement.leads.all().delete()
            engagement.started_on = TODAY
            engagement.save()
            ProgressLogFactory(engagement=engagement)

        assert of(engagement).level == level
        assert found(level) == [engagement]

    @pytest.mark.parametrize("fact", [rule.fact for rule in health.DEFAULTS])
    def test_what_began_today_is_never_so_for_0_days(self, fact):
        rule = next(rule for rule in health.DEFAULTS if rule.fact == fact)

        with translation.override("fr"):
            sentence = str(rule.reason(SimpleNamespace(**{fact: TODAY}, is_unheard=False), TODAY))

        assert "0" not in sentence
        assert "aujourd" in sentence

    def test_an_administrator_changes_a_rule_for_everybody_at_once(
        self, engagement, administrator, client
    ):
        BlockerFactory(engagement=engagement, opened_on=TODAY)
        assert of(engagement).level == WATCH
        client.force_login(administrator)

        client.post(
            reverse("engagements:health-rule-change", args=["blocked"]),
            {"days": 0, "weight": 10, "is_on": "on", "seen": 1},
        )

        assert of(engagement).level == ACT
        assert found(ACT) == [engagement]

    def test_a_rule_that_is_switched_off_says_nothing(self, engagement, administrator):
        BlockerFactory(engagement=engagement, opened_on=TODAY)
        rule = next(rule for rule in HealthRule.objects.as_set() if rule.key == "blocked")
        health_services.change_rule(rule, days=0, weight=2, is_on=False, by=administrator)

        assert of(engagement).level == GOOD

    def test_a_silent_change_of_definition_shows_with_who(
        self, engagement, administrator, coordinator, client
    ):
        rule = HealthRule.objects.as_set()[0]
        health_services.change_rule(rule, days=5, weight=3, is_on=True, by=administrator)
        client.force_login(coordinator)

        page = client.get(
            reverse("engagements:health-rules"), headers={"accept-language": "en"}
        ).content.decode()
        since = client.get(
            reverse("engagements:changes"),
            {"since": timezone.localdate()},
            headers={"accept-language": "en"},
        ).content.decode()

        assert "Ada Administrator" in page
        assert "No project lead" in since

    def test_two_administrators_do_not_overwrite_each_other(self, administrator):
        rule = HealthRule.objects.as_set()[0]
        rule = health_services.change_rule(rule, days=5, weight=3, is_on=True, by=administrator)
        health_services.change_rule(rule, days=6, weight=3, is_on=True, by=administrator, seen=2)

        with pytest.raises(Stale):
            health_services.change_rule(
                rule, days=7, weight=3, is_on=True, by=administrator, seen=2
            )

    @given(
        vacant=st.none() | st.integers(1, 60),
        late=st.none() | st.integers(1, 60),
        blocked=st.none() | st.integers(0, 60),
        silent=st.integers(0, 60),
        rules=st.lists(
            st.tuples(st.sampled_from(health.DEFAULTS), st.integers(0, 50), st.integers(1, 10)),
            unique_by=lambda row: row[0].key,
        ),
        by_hand=st.none() | st.sampled_from(list(health.HealthLevel)),
        rests=st.booleans(),
    )
    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_whatever_the_rules_filter_and_reading_agree(
        self, member, vacant, late, blocked, silent, rules, by_hand, rests
    ):
        rules = [
            health.Rule(rule.key, rule.fact, days, weight, rule.sentence)
            for rule, days, weight in rules
        ]
        with transaction.atomic():
            engagement = EngagementFactory(
                member=member, last_news_on=TODAY - timedelta(days=silent)
            )
            LeadAppointmentFactory(
                engagement=engagement,
                ends_on=None if vacant is None else TODAY - timedelta(days=vacant),
            )
            if late:
                MilestoneFactory(
                    engagement=engagement, planned_first_on=TODAY - timedelta(days=late)
                )
            if blocked is not None:
                BlockerFactory(engagement=engagement, opened_on=TODAY - timedelta(days=blocked))
            if by_hand:
                HealthOverrideFactory(engagement=engagement, level=by_hand)
            if rests:
                PauseFactory(engagement=engagement, starts_on=TODAY)
            facts = Engagement.objects.with_facts(TODAY)

            current = health.of(facts.get(pk=engagement.pk), TODAY, rules)
            levels = [
                level
                for level in health.HealthLevel
                if facts.filter(health.where(level, TODAY, rules)).exists()
            ]

            assert levels == [current.level]
            assert facts.filter(health.in_trouble(TODAY, rules)).exists() == (current.level != GOOD)
            transaction.set_rollback(True)


class TestOverride:
    def override(self, engagement, by, seen=None, **changes):
        fields = {
            "level": "good",
            "reason": "The team is on it.",
            "until": TODAY + timedelta(days=10),
        }
        return health_services.override_health(
            engagement, health_services.HandSetLevel(**fields | changes), by=by, at=NOW, seen=seen
        )

    def test_it_says_who_why_until_when_and_what_the_rules_say(self, engagement, coordinator):
        BlockerFactory(engagement=engagement, opened_on=TODAY - timedelta(days=20))
        self.override(engagement, coordinator)

        current = of(engagement)
        assert (current.level, current.computed) == (GOOD, ACT)
        assert current.reasons[0] == (
            "Set by hand by Camille Coordinator until 25 June 2026: The team is on it. (computed: Act)"
        )
        assert found(GOOD) == [engagement]

    def test_it_ends_by_itself(self, engagement, coordinator):
        self.override(engagement, coordinator, level="act")

        assert of(engagement, TODAY + timedelta(days=10)).level == ACT
        assert of(engagement, TODAY + timedelta(days=11)).override is None

    @pytest.mark.parametrize("days", [0, 91])
    def test_its_end_is_in_the_future_and_near(self, engagement, coordinator, days):
        with pytest.raises(Refused):
            self.override(engagement, coordinator, until=TODAY + timedelta(days=days))

    def test_a_reason_is_wanted(self, engagement, coordinator):
        with pytest.raises(Refused, match="reason"):
            self.override(engagement, coordinator, reason=" ")

    def test_the_page_sets_it_and_takes_it_back(self, engagement, coordinator, client):
        client.force_login(coordinator)
        until = timezone.localdate() + timedelta(days=3)
        client.post(
            reverse("engagements:health-override", args=[engagement.pk]),
            {"level": "act", "until": until, "reason": "The server burns."},
        )
        override = engagement.overrides.get()
        client.post(reverse("engagements:health-override-end", args=[override.pk]))

        override.refresh_from_db()
        assert override.ended_at is not None
        with pytest.raises(Refused):
            health_services.take_back_override(override, by=coordinator, at=NOW)


class TestPause:
    def pause(self, engagement, by, starts_on, ends_on=None):
        return health_services.pause_engagement(
            engagement, starts_on=starts_on, ends_on=ends_on, reason="Closed.", by=by
        )

    def test_nothing_is_late_or_silent_in_it(self, engagement, coordinator):
        MilestoneFactory(engagement=engagement, planned_first_on=TODAY - timedelta(days=40))
        engagement.last_news_on = TODAY - timedelta(days=40)
        engagement.save()
        assert of(engagement).level == ACT

        self.pause(engagement, coordinator, TODAY - timedelta(days=5), TODAY)

        assert (of(engagement).level, of(engagement).reasons) == (
            GOOD,
            ("Paused until 15 June 2026: Closed.",),
        )
        assert (
            of(engagement, TODAY + timedelta(days=1)).level == ACT
        )  # the milestone is late again, the silence not yet

    def test_one_that_ends_before_it_begins_is_refused_in_words(self, engagement, coordinator):
        with pytest.raises(Refused, match="A pause cannot end before it begins"):
            self.pause(engagement, coordinator, TODAY, TODAY - timedelta(days=1))

    def test_two_never_share_a_day(self, engagement, coordinator):
        self.pause(engagement, coordinator, TODAY, TODAY + timedelta(days=5))

        with pytest.raises(Refused, match="already a pause"):
            self.pause(engagement, coordinator, TODAY + timedelta(days=5))
        assert self.pause(engagement, coordinator, TODAY + timedelta(days=6)).pk

    def test_the_database_stands_behind_it(self, engagement):
        PauseFactory(engagement=engagement, starts_on=TODAY)

        with pytest.raises(IntegrityError), transaction.atomic():
            Pause.objects.create(
                engagement=engagement, starts_on=TODAY + timedelta(days=3), reason="Again."
            )

    def test_the_page_pauses_and_ends_it(self, engagement, coordinator, client):
        client.force_login(coordinator)
        client.post(
            reverse("engagements:pause-create", args=[engagement.pk]),
            {"starts_on": TODAY, "reason": "Summer 🌻"},
        )
        pause = engagement.pauses.get()
        client.post(
            reverse("engagements:pause-end", args=[pause.pk]),
            {"ends_on": TODAY + timedelta(days=2), "seen": mark_of(pause)},
        )

        pause.refresh_from_db()
        assert (pause.reason, pause.ends_on) == ("Summer 🌻", TODAY + timedelta(days=2))


class TestNeeds:
    def kinds(self, person, today=TODAY):
        return [todo.key.split(":")[0] for todo in todos_engagements.todos_of(person, today)]

    def test_the_coordinator_sees_troubles_and_what_falls_due(self, engagement, coordinator):
        BlockerFactory(engagement=engagement, opened_on=TODAY)
        RunningCostFactory(engagement=engagement, free_until=TODAY + timedelta(days=30))
        SurvivalCheckFactory(engagement__member=engagement.member, due_on=TODAY)

        assert self.kinds(coordinator) == ["trouble-watch", "credits", "survival"]

    def test_what_got_worse_since_last_week_is_told(self, engagement, coordinator):
        BlockerFactory(engagement=engagement, opened_on=TODAY - timedelta(days=15))

        (todo,) = todos_engagements.todos_of(coordinator, TODAY)

        assert todo.reason == "Blocked for 15 days · worse than a week ago (Watch)"

    def test_what_began_this_week_was_not_better_before(self, member, coordinator):
        EngagementFactory(
            member=member, coordinator=coordinator, started_on=TODAY, last_news_on=TODAY
        )

        reasons = [todo.reason for todo in todos_engagements.todos_of(coordinator, TODAY)]

        assert reasons
        assert not any("a week ago" in reason for reason in reasons)

    def test_the_lead_sees_what_is_asked_of_them(self, member, coordinator):
        engagement = EngagementFactory(member=member, in_handover=True, last_news_on=TODAY)
        lead = person_as(Role.LEAD, engagement.beneficiary)
        MilestoneFactory(engagement=engagement, done=True)
        DrillFactory(engagement=engagement, kind="text")

        rows = todos_engagements.todos_of(lead, TODAY)

        assert [todo.key.split(":")[0] for todo in rows] == ["accept", "sign", "assess", "drill"]
        assert "change a text" not in rows[3].reason
        assert "restore a backup" in rows[3].reason

    def test_nobody_else_is_asked(self, engagement, outsider):
        BlockerFactory(engagement=engagement)

        assert todos_engagements.todos_of(outsider, TODAY) == []

    @pytest.mark.parametrize("size", [1, 9])
    def test_the_home_page_asks_the_same_number_of_questions(
        self, client, member, coordinator, django_assert_num_queries, size
    ):
        for engagement in EngagementFactory.create_batch(
            size, member=member, coordinator=coordinator
        ):
            BlockerFactory(engagement=engagement)
            RunningCostFactory(
                engagement=engagement, free_until=timezone.localdate() + timedelta(days=30)
            )
        client.force_login(coordinator)
        client.get(reverse("crm:home"))

        with django_assert_num_queries(28):
            client.get(reverse("crm:home"))


class TestSnooze:
    def put_off(self, client, todo, until):
        return client.post(
            reverse("crm:snooze"), {"key": todo.key, "title": todo.title, "until": until}
        )

    @pytest.fixture
    def todo(self, engagement, coordinator):
        BlockerFactory(engagement=engagement, opened_on=timezone.localdate())
        (todo,) = todos_engagements.todos_of(coordinator, timezone.localdate())
        return todo

    def test_it_leaves_the_page_until_its_day_and_stands_at_the_foot(
        self, client, todo, coordinator
    ):
        client.force_login(coordinator)
        tomorrow = timezone.localdate() + timedelta(days=1)
        self.put_off(client, todo, tomorrow)

        page = client.get("/", headers={"accept-language": "en"}).content.decode()
        assert "needs-engagements" not in page
        assert "1 thing put off" in page
        client.post(reverse("crm:snooze-end", args=[Snooze.objects.get().pk]))
        assert "needs-engagements" in client.get("/").content.decode()

    def test_when_the_fact_changes_it_comes_back(self, client, todo, engagement, coordinator):
        client.force_login(coordinator)
        self.put_off(client, todo, timezone.localdate() + timedelta(days=30))
        BlockerFactory(engagement=engagement, opened_on=timezone.localdate() - timedelta(days=20))

        assert "needs-engagements" in client.get("/").content.decode()

    def test_it_is_hidden_from_nobody_else(self, client, todo, engagement, coordinator):
        other = person_as(Role.COORDINATOR, engagement.member)
        client.force_login(coordinator)
        self.put_off(client, todo, timezone.localdate() + timedelta(days=1))
        client.force_login(other)

        assert "needs-engagements" in client.get("/").content.decode()

    @pytest.mark.parametrize("days", [-1, 0, 61])
    def test_the_day_is_to_come_and_near(self, coordinator, days):
        with pytest.raises(Refused):
            snoozes.snooze(
                "late:1:2026-01-01",
                title="A",
                until=TODAY + timedelta(days=days),
                by=coordinator,
                at=NOW,
            )

    @pytest.mark.parametrize(
        "body",
        [{}, {"key": "x' OR 1"}, {"key": "late:1:2026-01-01", "title": "A", "until": "never"}],
    )
    def test_bad_input_changes_nothing(self, client, coordinator, body):
        client.force_login(coordinator)

        assert client.post(reverse("crm:snooze"), body).status_code == 302
        assert not Snooze.objects.exists()


class TestDigest:
    @pytest.fixture
    def blocked(self, member, coordinator):
        engagement = EngagementFactory(
            member=member,
            coordinator=coordinator,
            title="Only 100% ours\r\nBcc: x",
            last_news_on=date(2026, 11, 20),
        )
        LeadAppointmentFactory(engagement=engagement)
        BlockerFactory(engagement=engagement, opened_on=date(2026, 11, 20))
        return engagement

    def send(self, at, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            return send_digests(at=at)

    def test_one_mail_on_monday_with_only_ones_own(
        self, blocked, coordinator, outsider, django_capture_on_commit_callbacks
    ):
        sent = [self.send(MONDAY, django_capture_on_commit_callbacks).mails for _turn in range(2)]

        (message,) = mail.outbox
        assert sent == [1, 0]
        assert message.to == [coordinator.email]
        assert "100%" in message.body
        assert "\n" not in message.subject
        assert "<b>" not in message.alternatives[0][0]

    def test_nothing_to_do_no_mail(self, coordinator, django_capture_on_commit_callbacks):
        sent = self.send(MONDAY, django_capture_on_commit_callbacks)

        assert (sent.mails, sent.without, mail.outbox) == (0, 1, [])

    @pytest.mark.parametrize(
        ("digest", "at", "mails"),
        [
            ("weekly", MONDAY + timedelta(days=1), 0),
            ("daily", MONDAY + timedelta(days=1), 1),
            ("daily", datetime(2026, 12, 25, 7, tzinfo=UTC), 0),
            ("daily", MONDAY - timedelta(days=1), 0),
            ("never", MONDAY, 0),
        ],
    )
    def test_as_often_as_one_chose(
        self, blocked, coordinator, client, digest, at, mails, django_capture_on_commit_callbacks
    ):
        client.force_login(coordinator)
        client.post(reverse("crm:digest-choose"), {"digest": digest, "language": "en"})

        assert self.send(at, django_capture_on_commit_callbacks).mails == mails

    def test_in_the_language_one_chose(
        self, blocked, coordinator, django_capture_on_commit_callbacks
    ):
        digest.choose_digest(coordinator, digest="weekly", language="fr", by=coordinator)
        self.send(MONDAY, django_capture_on_commit_callbacks)

        assert mail.outbox[0].subject == "1 chose vous attend"

    def test_what_was_put_off_stays_out(
        self, blocked, coordinator, django_capture_on_commit_callbacks
    ):
        (todo,) = [
            todo for todo in todos_of(coordinator, MONDAY.date()) if todo.key.startswith("trouble")
        ]
        del coordinator._snoozed_keys
        snoozes.snooze(
            todo.key, title="A", until=MONDAY.date() + timedelta(days=3), by=coordinator, at=MONDAY
        )

        assert self.send(MONDAY, django_capture_on_commit_callbacks).mails == 0

    def test_the_link_stops_the_mails_after_a_click_and_not_by_being_looked_at(
        self, blocked, coordinator, client, django_capture_on_commit_callbacks
    ):
        self.send(MONDAY, django_capture_on_commit_callbacks)
        address = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").split("8000")[1]
        assert client.get(address).status_code == 200
        assert User.objects.get(pk=coordinator.pk).digest == ""

        client.post(address)

        assert User.objects.get(pk=coordinator.pk).digest == "never"
        assert client.get(address[:-3] + "xx/").status_code == 404

    def test_one_mail_that_fails_stops_nobody_elses_and_is_tried_again(
        self, blocked, coordinator, member, settings
    ):
        other = person_as(Role.COORDINATOR, member, full_name="Zoé", email="zoe@member.example")
        settings.EMAIL_BACKEND = "tests.engagements.mailboxes.RefusesOne"
        settings.REFUSED_ADDRESS = coordinator.email

        first = send_digests(at=MONDAY)
        settings.REFUSED_ADDRESS = ""
        second = send_digests(at=MONDAY)

        assert (first.mails, first.failed) == (1, 1)
        assert (second.mails, second.failed) == (1, 0)
        assert [message.to for message in mail.outbox] == [[other.email], [coordinator.email]]

    def test_the_command_fails_when_a_mail_failed(
        self, blocked, coordinator, settings, monkeypatch
    ):
        settings.EMAIL_BACKEND = "tests.engagements.mailboxes.RefusesOne"
        settings.REFUSED_ADDRESS = coordinator.email
        digest.choose_digest(coordinator, digest="daily", language="fr", by=coordinator)

        coordinator.memberships.update(started_on=date(2026, 1, 1))
        monkeypatch.setattr(timezone, "now", lambda: MONDAY)
        with pytest.raises(CommandError, match="1 mails were not sent"):
            call_command("digest")

    def test_more_than_a_mail_shows_are_counted(self, coordinator, member):
        for _n in range(todos.MAX_SHOWN + 6):
            EngagementFactory(member=member, coordinator=coordinator, last_news_on=date(2026, 9, 1))

        send_digests(at=MONDAY)

        assert mail.outbox[0].subject == f"{todos.MAX_SHOWN + 6} choses vous attendent"
        assert "Et 6 autres." in mail.outbox[0].body

    def test_the_first_working_day_of_a_week_is_its_day(self):
        assert [first_working_day(date(2026, 4, day)) for day in (6, 7, 9)] == [
            date(2026, 4, 7)
        ] * 3
        assert first_working_day(MONDAY.date() + timedelta(days=4)) == MONDAY.date()

    def test_a_choice_left_as_it_is_changes_nothing(self, client, coordinator):
        client.force_login(coordinator)
        drawn = client.get(reverse("crm:account")).context["digest_form"]
        client.post(
            reverse("crm:digest-choose"), {field.html_name: field.value() for field in drawn}
        )

        coordinator.refresh_from_db()
        assert (coordinator.digest, coordinator.chosen_digest, coordinator.week_mail) == (
            "",
            "weekly",
            True,
        )

    def test_the_command_says_what_it_did(self, blocked, capsys):
        call_command("digest")

        assert "mails" in capsys.readouterr().out


class TestApi:
    @pytest.fixture
    def api(self, coordinator):
        api = ReadingClient(headers={"accept-language": "en"})
        api.force_authenticate(coordinator)
        return api

    def test_the_needs_are_those_of_the_page_and_can_be_put_off(self, api, engagement):
        BlockerFactory(engagement=engagement, opened_on=timezone.localdate())
        (todo,) = [
            row for row in api.get(reverse("api:needs")).json() if row["key"].startswith("trouble")
        ]
        until = str(timezone.localdate() + timedelta(days=2))

        snoozed = api.post(
            reverse("api:snooze-list"), {"key": todo["key"], "title": todo["title"], "until": until}
        )

        assert snoozed.status_code == 201
        reader = ReadingClient(headers={"accept-language": "en"})
        reader.force_authenticate(User.objects.get(pk=engagement.coordinator_id))
        assert not [
            row for row in reader.get(reverse("api:needs")).json() if row["key"] == todo["key"]
        ]
        assert (
            reader.delete(reverse("api:snooze-detail", args=[snoozed.json()["id"]])).status_code
            == 204
        )

    def test_rules_overrides_and_pauses(self, api, engagement, administrator):
        assert len(api.get(reverse("api:healthrule-list")).json()) == len(health.DEFAULTS)
        assert (
            api.patch(reverse("api:healthrule-detail", args=["late"]), {"days": 3}).status_code
            == 403
        )
        boss = ReadingClient()
        boss.force_authenticate(administrator)
        assert (
            boss.patch(reverse("api:healthrule-detail", args=["late"]), {"days": 3}).json()["days"]
            == 3
        )
        until = str(timezone.localdate() + timedelta(days=2))
        body = {"level": "act", "reason": "So.", "until": until}
        override = api.post(
            reverse("api:health-override-health", args=[engagement.pk]), body
        ).json()
        assert api.post(reverse("api:healthoverride-take-back", args=[override["id"]])).json()[
            "ended_at"
        ]
        pause = api.post(
            reverse("api:health-pause", args=[engagement.pk]),
            {"starts_on": "2026-06-01", "reason": "So."},
        )
        assert pause.status_code == 201
        ended = api.post(
            reverse("api:pause-resume", args=[pause.json()["id"]]), {"ends_on": "2026-05-01"}
        )
        assert "before it begins" in str(ended.json())


class TestUnheard:
    """An engagement of which nobody has ever written is unknown from its first minute, and no good sign."""

    def of(self, engagement, today=TODAY):
        facts = Engagement.objects.with_facts(today).get(pk=engagement.pk)
        return health.of(facts, today, health.DEFAULTS)

    def test_is_unknown_until_the_first_news(self, member, coordinator):
        engagement = EngagementFactory(member=member, started_on=TODAY, last_news_on=TODAY)
        LeadAppointmentFactory(engagement=engagement, starts_on=TODAY)

        assert (self.of(engagement).level, self.of(engagement).reasons) == (
            UNKNOWN,
            ("No news yet",),
        )
        rows = Engagement.objects.with_facts(TODAY)
        assert list(rows.filter(health.where(UNKNOWN, TODAY, health.DEFAULTS))) == [engagement]
        assert not rows.filter(health.where(GOOD, TODAY, health.DEFAULTS)).exists()

        progress.log_progress(
            engagement, progress.WeekLog(week=TODAY, done="Begun"), by=coordinator, at=NOW
        )

        assert self.of(engagement).level == GOOD
        assert (
            Engagement.objects.with_facts(TODAY)
            .filter(health.where(GOOD, TODAY, health.DEFAULTS))
            .exists()
        )

    @pytest.mark.parametrize("days", [-40, 40])
    def test_stays_unknown_when_its_first_day_is_corrected(self, member, coordinator, days):
        engagement = EngagementFactory(member=member, started_on=TODAY, last_news_on=TODAY)
        LeadAppointmentFactory(engagement=engagement, starts_on=TODAY)

        engagements.change_engagement(
            engagement, {"started_on": TODAY + timedelta(days=days)}, by=coordinator
        )

        later = TODAY + timedelta(days=max(days, 0))
        assert "No news yet" in self.of(engagement, later).reasons
