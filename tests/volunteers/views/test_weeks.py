"""The page of a week: what it proposes, keeps and never moves into another week."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crm.domain import workdays
from crm.domain.formatting import day_text
from crm.domain.refusals import Refused
from engagements.models import Blocker, ProgressLog
from engagements.services.progress import resolve_blocker
from tests.api_client import ReadingClient
from tests.drawn_forms import drawn_form
from tests.engagements.factories import ProgressLogFactory
from tests.volunteers.factories import AssignmentFactory, WorkDayFactory
from volunteers.models import Assignment, WorkDay
from volunteers.services import week_links, weeks

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 12, 16, 0, tzinfo=UTC)
MONDAY = date(2026, 6, 8)


@pytest.fixture
def assignment():
    return AssignmentFactory()


def log(assignment, days=None, **words):
    given = {"week": MONDAY, "by": assignment.volunteer.user, "at": NOW, "done": "Done."} | words
    common = {name: given.pop(name) for name in ("by", "at", "seen", "why") if name in given}
    return weeks.log_work(assignment, weeks.WorkedWeek(days=days or {}, **given), **common)


class TestTakingOver:
    """What was planned for this week is offered as a box: ticked, it is written before what is typed."""

    PLAN = "The <search> page"

    @pytest.fixture
    def monday(self):
        return workdays.monday_of(timezone.localdate()) - timedelta(days=7)

    @pytest.fixture
    def address(self, client, monday):
        today = timezone.localdate()
        assignment = AssignmentFactory(
            starts_on=today - timedelta(days=60), ends_on=today + timedelta(days=60)
        )
        ProgressLogFactory(
            engagement=assignment.engagement,
            author=assignment.volunteer.user,
            week=monday - timedelta(days=7),
            next=self.PLAN,
        )
        client.force_login(assignment.volunteer.user)
        return reverse("volunteers:log-work", args=[assignment.pk])

    def drawn(self, client, address, monday):
        return drawn_form(client.get(address, {"week": monday}), holding=["done"])

    @pytest.mark.parametrize(
        ("typed", "done"), [("", PLAN), ("More.", f"{PLAN}\nMore."), (f"{PLAN}!", f"{PLAN}!")]
    )
    def test_what_was_planned_becomes_what_is_done_when_ticked(
        self, client, address, monday, typed, done
    ):
        drawn = self.drawn(client, address, monday)
        assert drawn.types["planned"] == "checkbox"
        assert "planned" not in drawn

        client.post(address, drawn | {"planned": "on", "done": typed})

        assert ProgressLog.objects.get(week=monday).done == done

    def test_it_changes_nothing_unless_it_is_ticked(self, client, address, monday):
        client.post(address, self.drawn(client, address, monday) | {"done": "Something else."})

        assert ProgressLog.objects.get(week=monday).done == "Something else."

    def test_a_refused_week_keeps_the_tick_and_what_was_typed_apart(self, client, address, monday):
        sent = self.drawn(client, address, monday) | {"planned": "on", "done": "x" * 3_990}
        refused = client.post(address, sent)

        assert refused.status_code == 422
        again = drawn_form(refused, holding=["done"])
        assert (again["planned"], again["done"]) == ("on", "x" * 3_990)
        client.post(address, again | {"done": "Short."})
        assert ProgressLog.objects.get(week=monday).done == f"{self.PLAN}\nShort."

    def test_it_is_not_offered_once_the_week_is_written(self, client, address, monday):
        client.post(address, self.drawn(client, address, monday) | {"done": "Done."})

        assert "planned" not in self.drawn(client, address, monday).types


class TestWeekPage:
    @pytest.fixture
    def running(self):
        today = timezone.localdate()
        return AssignmentFactory(
            starts_on=today - timedelta(days=60),
            ends_on=today + timedelta(days=60),
            days_a_week=Decimal(3),
        )

    @pytest.fixture
    def me(self, client, running):
        client.force_login(running.volunteer.user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    @pytest.fixture
    def last_monday(self):
        return workdays.monday_of(timezone.localdate()) - timedelta(days=7)

    def url(self, assignment):
        return reverse("volunteers:log-work", args=[assignment.pk])

    def test_home_has_the_week_on_top(self, me, running):
        html = me.get("/").content.decode()

        html = " ".join(html.split())
        assert html.index(f'class="button big" href="{self.url(running)}"') < html.index("needs-me")

    def test_proposes_the_days_that_were_promised_then_last_weeks(self, me, running, last_monday):
        form = me.get(self.url(running), {"week": last_monday.isoformat()}).context_data["form"]
        assert [form[f"day_{n}"].value() for n in range(7)] == ["2", "2", "2", "0", "0", "0", "0"]

        WorkDayFactory(assignment=running, day=last_monday - timedelta(days=5), half_days=1)
        form = me.get(self.url(running), {"week": last_monday.isoformat()}).context_data["form"]
        assert [form[f"day_{n}"].value() for n in range(7)] == ["0", "0", "1", "0", "0", "0", "0"]

    def test_saves_and_comes_back_to_the_same_week(self, me, running, last_monday):
        response = me.post(
            self.url(running),
            {
                "week": last_monday,
                "done": "Fait 🎉",
                "next": "“Quotes”",
                "day_0": "2",
                "day_1": "1",
            },
        )

        assert response["Location"] == f"{self.url(running)}?saved=1&week={last_monday}"
        assert sum(running.worked_days.values_list("half_days", flat=True).order_by("pk")) == 3

    def test_days_alone_are_saved_and_no_other_is_proposed_beside_them(
        self, me, running, last_monday
    ):
        response = me.post(
            self.url(running), {"week": last_monday, "seen": "0", "done": "", "day_0": "1"}
        )

        assert response.status_code == 302
        form = me.get(self.url(running), {"week": last_monday.isoformat()}).context_data["form"]
        assert [form[f"day_{n}"].value() for n in range(7)] == ["1", "0", "0", "0", "0", "0", "0"]

    def test_a_saved_week_is_told_with_its_days_and_words_and_folded_to_be_changed(
        self, me, running, last_monday
    ):
        sent = {"week": last_monday, "done": "The <form>", "next": "The mail", "day_0": "2"}
        page = me.post(self.url(running), sent | {"day_1": "1"}, follow=True)
        html = " ".join(page.content.decode().split())

        assert "<strong>1.5 days</strong> of 3 agreed" in html
        said = html[html.index('<dl class="said">') : html.index("</dl>")]
        assert "The &lt;form&gt;" in said
        assert "The mail" in said
        assert "What blocks" not in said
        assert (
            html.index("</dl>") < html.index('<details class="again">') < html.index("data-draft")
        )
        assert f'href="?week={last_monday + timedelta(days=7)}"' in html
        assert drawn_form(page, holding=["done"])["day_1"] == "1"

    def test_nothing_is_told_of_a_week_that_is_not_saved(self, me, running, last_monday):
        page = me.get(self.url(running), {"week": last_monday.isoformat(), "saved": "1"})

        assert 'class="said"' not in page.content.decode()
        assert 'class="again"' not in page.content.decode()

    def test_the_days_are_counted_over_those_agreed(self, me, running, last_monday):
        page = me.get(self.url(running), {"week": last_monday.isoformat()})

        total = '<strong data-total-of="days">3</strong> of 3 agreed'
        assert total in " ".join(page.content.decode().split())

    def test_each_choice_is_called_by_its_value_and_its_day(self, me, running, last_monday):
        html = me.get(self.url(running), {"week": last_monday.isoformat()}).content.decode()

        for said in ("0, nothing", "½, half a day", "1, a whole day"):
            assert f'aria-label="{said}, Monday {last_monday.day}"' in html

    def test_nothing_is_one_click(self, me, running, last_monday):
        me.post(self.url(running), {"week": last_monday, "nothing": "1", "day_0": "2"})

        assert ProgressLog.objects.get().is_nothing
        assert not WorkDay.objects.exists()

    def test_nothing_is_taken_back_by_one_click_words_and_days(self, me, running, last_monday):
        url = self.url(running)
        days = {"day_0": "2", "day_1": "1", "day_2": "0"}
        filled = drawn_form(me.get(url, {"week": last_monday.isoformat()}), holding=["done"])
        me.post(url, filled | days | {"done": "Much", "blocked": "A key", "next": "More"})
        filled = drawn_form(me.get(url, {"week": last_monday.isoformat()}), holding=["done"])
        me.post(url, filled | {"nothing": "1"})
        assert ProgressLog.objects.get().is_nothing
        assert not WorkDay.objects.exists()

        undo = drawn_form(
            me.get(url, {"week": last_monday.isoformat()}),
            holding=["seen", "week"],
            without=["done"],
        )
        assert undo.buttons == [("put_back", "1")]
        assert me.post(undo.action, undo | {"put_back": "1"}).status_code == 302

        log = ProgressLog.objects.get()
        assert (log.done, log.blocked, log.next, log.is_nothing) == ("Much", "A key", "More", False)
        assert list(WorkDay.objects.order_by("day").values_list("day", "half_days")) == [
            (last_monday, 2),
            (last_monday + timedelta(days=1), 1),
        ]
        assert (
            str(log.history.order_by("-history_id")[0].history_change_reason)
            == "Put back as it was"
        )

    @pytest.mark.parametrize("words", [{}, {"done": "Written since"}])
    def test_what_was_written_since_is_not_put_back_over(self, me, running, last_monday, words):
        url, week = self.url(running), {"week": last_monday}
        me.post(url, week | {"done": "Much", "day_0": "2"})
        me.post(url, week | {"nothing": "1", "seen": 1})
        if words:
            me.post(url, week | words | {"seen": 2})

        assert me.post(url, week | {"put_back": "1", "seen": 1}).status_code == 422
        assert ProgressLog.objects.get().done == words.get("done", "")

    def test_nothing_is_put_back_where_nothing_was(self, me, running, last_monday):
        me.post(self.url(running), {"week": last_monday, "nothing": "1"})

        page = me.get(self.url(running), {"week": last_monday.isoformat()})
        assert "put_back" not in page.content.decode()
        assert (
            me.post(
                self.url(running), {"week": last_monday, "put_back": "1", "seen": 1}
            ).status_code
            == 422
        )

    def test_typed_words_are_not_dropped_by_one_click(self, me, running, last_monday):
        answer = me.post(
            self.url(running), {"week": last_monday, "nothing": "1", "next": "Typed and not saved"}
        )
        assert answer.status_code == 422
        assert not ProgressLog.objects.exists()
        again = drawn_form(answer, holding=["done"])
        assert again["next"] == "Typed and not saved"

        assert me.post(self.url(running), again | {"nothing": "1"}).status_code == 302
        assert ProgressLog.objects.get().is_nothing

    def test_refused_words_are_kept(self, me, running, last_monday):
        response = me.post(
            self.url(running), {"week": last_monday, "done": "x" * 5_000, "next": "Kept words"}
        )

        assert response.status_code == 422
        assert "Kept words" in response.content.decode()

    def test_what_the_coordinator_resolved_meanwhile_is_asked_about(self, me, running, last_monday):
        sent = {"week": last_monday.isoformat(), "blocked": "No key", "opens_blocker": "on"}
        me.post(self.url(running), sent)
        blocker = Blocker.objects.get()
        resolve_blocker(blocker, by=running.engagement.coordinator, today=timezone.localdate())

        asked = me.post(self.url(running), sent | {"seen": "1"})
        assert asked.status_code == 422
        assert 'type="checkbox" name="blocks_again"' in asked.content.decode()
        assert Blocker.objects.get().resolved_on

        again = me.post(self.url(running), sent | {"seen": "1", "blocks_again": "on"})
        assert (again.status_code, Blocker.objects.get().resolved_on) == (302, None)

    def test_two_tabs_do_not_overwrite_each_other(self, me, running, last_monday):
        me.post(self.url(running), {"week": last_monday, "done": "First", "seen": ""})
        ProgressLog.objects.update(version=5)

        response = me.post(self.url(running), {"week": last_monday, "done": "Second", "seen": "1"})

        assert response.status_code == 422
        assert "Second" in response.content.decode()
        assert ProgressLog.objects.get().done == "First"

    @pytest.mark.parametrize("button", [{}, {"nothing": "1"}])
    def test_days_alone_of_another_device_are_not_overwritten(
        self, me, running, last_monday, button
    ):
        """They have no version: the form says which ones it saw. What is sent again as it is saved is no conflict."""
        days = {"day_0": "2", "day_1": "0", "day_2": "0", "day_3": "0", "day_4": "0"}
        here, there = (
            drawn_form(me.get(self.url(running), {"week": last_monday}), holding=["done"]) | days
            for _device in range(2)
        )
        me.post(self.url(running), there)
        if not button:
            assert me.post(self.url(running), here).status_code == 302

        refused = me.post(self.url(running), here | {"day_0": "1", "day_2": "1"} | button)

        assert refused.status_code == 422
        assert [worked.half_days for worked in WorkDay.objects.all()] == [2]
        again = drawn_form(refused, holding=["done"])
        assert (again["day_0"], again["day_2"]) == ("1", "1")
        assert me.post(self.url(running), again | button).status_code == 302

    def test_a_day_to_come_cannot_be_ticked(self, me, running):
        monday = workdays.monday_of(timezone.localdate())

        form = me.get(self.url(running), {"week": monday.isoformat()}).context_data["form"]

        assert form.fields["day_6"].disabled == (timezone.localdate() < monday + timedelta(days=6))

    def test_nobody_logs_for_somebody_else(self, me):
        assert me.get(self.url(AssignmentFactory())).status_code == 404

    @pytest.mark.parametrize("week", ["nonsense", "0001-01-01", "9999-12-31"])
    def test_a_senseless_week_is_one_of_the_assignment(self, me, running, week):
        assert me.get(self.url(running), {"week": week}).status_code == 200


class TestAWeekIsNeverMoved:
    """What is sent about a week is saved in that week, or refused by its name: by page, mailed link and API."""

    @pytest.fixture
    def this_monday(self):
        return workdays.monday_of(timezone.localdate())

    @pytest.fixture
    def shortened(self, this_monday):
        """The mission was shortened to the week before last while somebody wrote; that week is written."""
        today = timezone.localdate()
        assignment = AssignmentFactory(starts_on=today - timedelta(days=60), ends_on=today)
        before = this_monday - timedelta(days=7)
        day = {before: 2}
        at = timezone.now() - timedelta(days=7)
        weeks.log_work(
            assignment,
            weeks.WorkedWeek(week=before, days=day, done="Kept."),
            by=assignment.volunteer.user,
            at=at,
        )
        Assignment.objects.update(ends_on=this_monday - timedelta(days=1))
        return assignment

    @pytest.fixture
    def running(self):
        today = timezone.localdate()
        return AssignmentFactory(
            starts_on=today - timedelta(days=60), ends_on=today + timedelta(days=60)
        )

    def enter(self, client, assignment):
        client.force_login(assignment.volunteer.user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    def by_page(self, client, assignment, **sent):
        return self.enter(client, assignment).post(
            reverse("volunteers:log-work", args=[assignment.pk]), sent
        )

    def by_api(self, client, assignment, **sent):
        address = reverse("api:assignment-log-week", args=[assignment.pk])
        return self.enter(client, assignment).post(address, sent, content_type="application/json")

    def by_link(self, client, assignment, link_week, **sent):
        token = week_links.make_week_link(assignment.volunteer, link_week, at=timezone.now())
        client.get(reverse("volunteers:week-link-enter", args=[token]))
        return client.post(
            reverse("volunteers:week-link-log", args=[assignment.pk]),
            sent,
            headers={"accept-language": "en"},
        )

    def name(self, monday):
        return f"the week of {monday.day} {monday:%B %Y}"

    def test_of_an_assignment_shortened_meanwhile(self, client, shortened, this_monday):
        sent = {"week": this_monday.isoformat(), "done": "Of this week."}

        answers = [
            self.by_page(client, shortened, **sent),
            self.by_link(client, shortened, this_monday, **sent),
            self.by_api(client, shortened, **sent),
        ]

        assert [answer.status_code for answer in answers] == [422, 422, 400]
        for answer in answers:
            assert self.name(this_monday).lower() in answer.content.decode().lower()
        assert "Of this week." in answers[0].content.decode()
        assert ProgressLog.objects.get().done == "Kept."
        assert WorkDay.objects.get().half_days == 2

    def test_nothing_this_week_is_not_said_of_another_week(self, client, shortened, this_monday):
        answer = self.by_page(client, shortened, week=this_monday.isoformat(), nothing="1")

        assert answer.status_code == 422
        assert ProgressLog.objects.get().done == "Kept."

    @pytest.mark.parametrize("more", [{}, {"nothing": "1"}])
    def test_of_a_week_to_come(self, client, running, this_monday, more):
        to_come = this_monday + timedelta(days=7)
        sent = {"week": to_come.isoformat(), "done": "Too early."} | more

        by_page = self.by_page(client, running, **sent)
        by_api = self.by_api(client, running, week=to_come.isoformat(), done="Too early.")

        assert (by_page.status_code, by_api.status_code) == (422, 400)
        for answer in (by_page, by_api):
            assert self.name(to_come).lower() in answer.content.decode().lower()
            assert "has not begun yet" in answer.content.decode()
        assert not ProgressLog.objects.exists()

    @pytest.mark.parametrize("week", [None, "", "nonsense", "0001-01-01", "9999-12-31"])
    @pytest.mark.parametrize("more", [{}, {"nothing": "1"}])
    def test_of_a_week_that_nobody_can_read(self, client, running, week, more):
        sent = {"done": "Mine."} | ({} if week is None else {"week": week}) | more

        answer = self.by_page(client, running, **sent)

        assert answer.status_code == 422
        assert "Mine." in answer.content.decode()
        assert not ProgressLog.objects.exists()

    def test_of_a_tab_that_shows_another_week_than_the_link(self, client, running, this_monday):
        earlier = this_monday - timedelta(days=7)

        answer = self.by_link(
            client, running, this_monday, week=earlier.isoformat(), done="Of the other week."
        )

        assert answer.status_code == 422
        assert self.name(earlier).lower() in answer.content.decode().lower()
        assert not ProgressLog.objects.exists()

    def test_an_assignment_that_is_over_is_written_to_no_more(self, client, shortened, this_monday):
        """Its own last week neither, once that week is over: the days of the gift stand."""
        sent = {"week": (this_monday - timedelta(days=7)).isoformat(), "done": "Again."}

        by_page = self.by_page(client, shortened, **sent)
        by_api = self.by_api(client, shortened, **sent)

        assert (by_page.status_code, by_api.status_code) == (422, 400)
        for answer in (by_page, by_api):
            assert "nothing is written to it any more" in answer.content.decode()
        assert ProgressLog.objects.get().done == "Kept."

    @pytest.mark.parametrize(
        ("first", "last", "at", "is_saved"),
        [
            (date(2026, 6, 8), date(2026, 6, 10), date(2026, 6, 8), True),
            (date(2026, 6, 9), date(2026, 6, 10), date(2026, 6, 8), False),
            (date(2026, 6, 1), date(2026, 6, 10), date(2026, 6, 14), True),
            (date(2026, 6, 1), date(2026, 6, 10), date(2026, 6, 15), False),
            (date(2026, 6, 1), date(2026, 6, 14), date(2026, 6, 15), False),
        ],
        ids=[
            "first day",
            "day before",
            "Sunday of its last week",
            "Monday after",
            "Monday after a Sunday",
        ],
    )
    def test_an_assignment_is_written_to_until_the_week_of_its_last_day_is_over(
        self, first, last, at, is_saved
    ):
        assignment = AssignmentFactory(starts_on=first, ends_on=last)
        noon = datetime(at.year, at.month, at.day, 12, tzinfo=UTC)

        if is_saved:
            log(assignment, at=noon)
        else:
            with pytest.raises(Refused):
                log(assignment, at=noon)

        assert ProgressLog.objects.exists() == is_saved

    def test_an_assignment_that_is_over_is_read(self, client, shortened):
        page = (
            self.enter(client, shortened)
            .get(reverse("volunteers:log-work", args=[shortened.pk]))
            .content.decode()
        )

        assert "Kept." in page
        assert "Save my week" not in page
        assert "<strong>1 day</strong> of" in page


class TestPublicHolidays:
    """11 November 2026 is a Wednesday."""

    MONDAY = date(2026, 11, 9)

    @pytest.fixture
    def page(self, client, monkeypatch):
        assignment = AssignmentFactory(
            starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31), days_a_week=Decimal(5)
        )
        monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 13, 16, tzinfo=UTC))
        client.force_login(assignment.volunteer.user)
        self.address = reverse("volunteers:log-work", args=[assignment.pk])
        return lambda: client.get(
            self.address, {"week": self.MONDAY}, headers={"accept-language": "en"}
        )

    def save(self, client, **days):
        sent = {"week": self.MONDAY, "done": "Done.", **days}
        return client.post(
            self.address, sent, follow=True, headers={"accept-language": "en"}
        ).content.decode()

    def test_are_marked_by_their_name(self, page):
        html = page().content.decode()

        assert html.count("Armistice") == 1
        assert "Wednesday 11 <small>Armistice" in " ".join(html.split())

    def test_are_greyed_and_offered_with_the_week_end(self, client, page):
        """One that was worked stands among the working days."""
        free = " ".join(page().content.decode().split())
        assert free.index("Week-end and public holiday") < free.index('name="day_2"')
        assert "Wednesday 11: <span>holiday</span>" in free

        self.save(client, day_2="1")
        worked = " ".join(page().content.decode().split())
        assert worked.index('name="day_2"') < worked.index("The week-end too")

    def test_are_not_proposed(self, page):
        form = page().context_data["form"]

        assert [form.initial[f"day_{n}"] for n in range(7)] == ["2", "2", "0", "2", "2", "0", "0"]

    def test_that_were_worked_are_counted_and_said_once(self, client, page):
        page()
        first = self.save(client, day_1="2", day_2="1")
        version = ProgressLog.objects.get().version
        second = self.save(client, day_1="2", day_2="1", seen=version)

        assert dict(WorkDay.objects.values_list("day", "half_days")) == {
            date(2026, 11, 10): 2,
            date(2026, 11, 11): 1,
        }
        assert "is a public holiday" in first
        assert "is a public holiday" not in second

    @pytest.mark.parametrize("words", [{"done": "Done."}, {}])
    def test_the_api_says_of_them_what_the_page_says(self, client, page, words):
        page()
        assignment = Assignment.objects.get()
        api = ReadingClient(headers={"accept-language": "en"})
        api.force_authenticate(assignment.volunteer.user)
        days = [{"day": "2026-11-10", "half_days": 2}, {"day": "2026-11-11", "half_days": 1}]
        body = {"week": self.MONDAY.isoformat(), "days": days} | words
        with translation.override("en"):
            name = day_text(date(2026, 11, 11))
        sentence = f"{name} is a public holiday (Armistice Day). It is counted: change it if it was not worked."

        first = api.post(f"/api/v1/assignments/{assignment.pk}/log-week/", body)
        again = body | {"seen": first.json()["version"]} if words else body
        second = api.post(f"/api/v1/assignments/{assignment.pk}/log-week/", again)

        assert first.json()["notes"] == [sentence]
        assert second.status_code == (201 if words else 204)
        assert not words or second.json()["notes"] == []

    def test_the_api_says_when_it_is_more_than_was_promised(self, page):
        page()
        Assignment.objects.update(days_a_week=Decimal(1))
        assignment = Assignment.objects.get()
        api = ReadingClient(headers={"accept-language": "en"})
        api.force_authenticate(assignment.volunteer.user)
        days = [{"day": "2026-11-10", "half_days": 2}, {"day": "2026-11-12", "half_days": 1}]

        answer = api.post(
            f"/api/v1/assignments/{assignment.pk}/log-week/",
            {"week": self.MONDAY.isoformat(), "days": days},
        )

        assert answer.status_code == 200
        assert answer.json() == {"notes": ["That is more than this mission's 1 day a week."]}


class TestProposed:
    """What is proposed for a week can be saved as it stands: no day that is locked."""

    @pytest.mark.parametrize(
        ("now", "proposed"),
        [
            (datetime(2026, 6, 10, 12, tzinfo=UTC), ["2", "2", "2", "0", "0", "0", "0"]),
            (datetime(2026, 6, 14, 12, tzinfo=UTC), ["2", "2", "2", "2", "0", "0", "0"]),
        ],
    )
    def test_are_days_that_have_come(self, client, monkeypatch, now, proposed):
        assert (
            self.initial(client, monkeypatch, now, date(2026, 6, 1), date(2026, 7, 31)) == proposed
        )

    @pytest.mark.parametrize(
        ("first", "last", "proposed"),
        [
            (date(2026, 6, 10), date(2026, 7, 31), ["0", "0", "2", "2", "0", "0", "0"]),
            (date(2026, 6, 1), date(2026, 6, 9), ["2", "2", "0", "0", "0", "0", "0"]),
            (date(2026, 6, 8), date(2026, 6, 8), ["2", "0", "0", "0", "0", "0", "0"]),
        ],
    )
    def test_are_days_of_the_assignment(self, client, monkeypatch, first, last, proposed):
        now = datetime(2026, 6, 14, 12, tzinfo=UTC)

        assert self.initial(client, monkeypatch, now, first, last) == proposed

    def initial(self, client, monkeypatch, now, first, last):
        assignment = AssignmentFactory(starts_on=first, ends_on=last, days_a_week=Decimal(4))
        monkeypatch.setattr(timezone, "now", lambda: now)
        client.force_login(assignment.volunteer.user)
        address = reverse("volunteers:log-work", args=[assignment.pk])
        form = client.get(address, {"week": MONDAY}).context_data["form"]
        return [form.initial[f"day_{n}"] for n in range(7)]
