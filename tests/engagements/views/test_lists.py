"""The list of engagements: in any order, as a file, and what is done with those that are ticked."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
import turbohtml
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from crm.domain.roles import Role
from engagements.exports.engagements import table_of
from engagements.models import Engagement
from engagements.selectors.lists import SORTS, whole_list
from tests.crm.factories import person_as
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
)

pytestmark = pytest.mark.django_db

LIST, ASSIGN = (reverse(f"engagements:engagement-{name}") for name in ("list", "assign"))
CSV, XLSX = (reverse(f"engagements:engagement-{name}") for name in ("csv", "xlsx"))
ENGLISH = {"accept-language": "en"}


def titles(response):
    return [engagement.title for engagement, _health in response.context_data["rows"]]


def table(client, query):
    text = client.get(CSV, query, headers=ENGLISH).content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def three(member, coordinator, today):
    """Calm is led and has a milestone late in the year, Late is late and led by another, Bare has neither."""
    rows = {}
    for place, title in enumerate(("Late", "Bare", "Calm")):
        rows[title] = EngagementFactory(
            member=member,
            coordinator=coordinator,
            title=title,
            started_on=today - timedelta(days=100 + place),
            last_news_on=today - timedelta(days=place),
        )
    for title, name, ahead in (("Late", "Zoé", -40), ("Calm", "Anne", 40)):
        LeadAppointmentFactory(
            engagement=rows[title], contact__full_name=name, starts_on=rows[title].started_on
        )
        MilestoneFactory(engagement=rows[title], planned_on=today + timedelta(days=ahead))
    return rows


class TestOrder:
    @pytest.mark.parametrize(
        ("sort", "found"),
        [
            ("title", ["Bare", "Calm", "Late"]),
            ("-title", ["Late", "Calm", "Bare"]),
            ("news", ["Calm", "Bare", "Late"]),
            ("lead", ["Bare", "Calm", "Late"]),
            ("-lead", ["Late", "Calm", "Bare"]),
            ("next", ["Late", "Calm", "Bare"]),
            ("-next", ["Calm", "Late", "Bare"]),
            ("-health", ["Calm", "Bare", "Late"]),
            ("nonsense", ["Bare", "Calm", "Late"]),
        ],
    )
    def test_by_any_column(self, page, three, sort, found):
        assert titles(page.get(LIST, {"sort": sort})) == found

    def test_by_health_the_worst_come_first_and_what_is_over_last(self, page, three, member):
        EngagementFactory(member=member, title="Over", stage="autonomous")

        found = titles(page.get(LIST, {"sort": "health", "state": "all"}))

        assert found[2:] == ["Calm", "Over"]

    @pytest.mark.parametrize("sort", sorted(SORTS))
    def test_pages_by_key_reach_every_row_once(self, page, member, coordinator, today, sort):
        for n in range(60):
            row = EngagementFactory(
                member=member, coordinator=coordinator, last_news_on=today - timedelta(days=n % 30)
            )
            if n % 3:
                LeadAppointmentFactory(engagement=row, starts_on=row.started_on)
            if n % 4:
                MilestoneFactory(engagement=row, planned_on=today + timedelta(days=n % 7))
        first = page.get(LIST, {"sort": sort})
        second = page.get(LIST + first.context_data["page"].next)
        keys = [each.pk for answer in (first, second) for each, _ in answer.context_data["rows"]]

        assert len(keys) == len(set(keys)) == 60
        assert [row["Engagement"] for row in table(page, {"sort": sort})] == [
            *titles(first),
            *titles(second),
        ]
        assert titles(page.get(LIST + second.context_data["page"].previous)) == titles(first)

    @pytest.mark.parametrize("sort", ["title", "health", "-lead", "next"])
    def test_costs_the_same_for_ten_rows_and_a_hundred(self, page, member, coordinator, sort):
        asked = []
        for more in (10, 90):
            for row in EngagementFactory.create_batch(more, member=member, coordinator=coordinator):
                BlockerFactory(engagement=row)
            page.get(LIST, {"sort": sort})
            with CaptureQueriesContext(connection) as queries:
                page.get(LIST, {"sort": sort})
            asked.append(len(queries))

        assert asked[0] == asked[1] <= 10


class TestBadge:
    def test_has_one_reason_and_the_number_of_the_others(self, page, member, coordinator, today):
        row = EngagementFactory(
            member=member,
            coordinator=coordinator,
            started_on=today - timedelta(days=50),
            last_news_on=today - timedelta(days=30),
        )
        BlockerFactory(engagement=row, opened_on=today - timedelta(days=3))

        text = page.get(LIST, headers=ENGLISH).content.decode()

        assert "50 days without a lead" in text
        assert "and 2 other reasons" in " ".join(text.split())


class TestFile:
    def test_is_what_the_page_shows(self, page, three):
        for query in ({}, {"sort": "-next"}, {"q": "la"}, {"needs": "vacant"}, {"state": "over"}):
            shown = page.get(LIST, query)
            assert [row["Engagement"] for row in table(page, query)] == titles(shown)

    def test_holds_those_that_are_ticked_and_no_strangers(self, page, three):
        foreign = EngagementFactory(title="Foreign")
        chosen = [three["Late"].pk, three["Bare"].pk, foreign.pk]

        found = table(page, {"chosen": chosen, "sort": "title"})

        assert [row["Engagement"] for row in found] == ["Bare", "Late"]

    def test_days_and_numbers_stay_what_they_are(self, three, today):
        with override("en"):
            rows = whole_list(Engagement.objects.all(), "next", today)
            _title, header, (late, *_others) = table_of(rows)
        row = dict(zip(header, late, strict=True))

        assert row["Engagement"] == "Late"
        assert row["Planned for"] == today - timedelta(days=40)
        assert isinstance(row["Slip in days"], int)

    def test_is_a_spreadsheet_too(self, page, three):
        response = page.get(XLSX, {"sort": "next"})

        assert response["Content-Disposition"].endswith('.xlsx"')
        with ZipFile(BytesIO(response.content)) as book:
            assert b"Calm" in book.read("xl/sharedStrings.xml")

    def test_what_people_typed_is_never_a_formula(self, page, member):
        EngagementFactory(member=member, title="=1+1")

        assert table(page, {})[0]["Engagement"] == "'=1+1"


class TestAssign:
    @pytest.fixture
    def colleague(self, member):
        return person_as(Role.COORDINATOR, member)

    def send(self, page, engagements, coordinator):
        chosen = [f"{each.pk}:{each.version}" for each in engagements]
        sent = {"chosen": chosen, "coordinator": coordinator.pk}
        return page.post(ASSIGN, sent, headers=ENGLISH)

    def test_all_that_are_ticked_have_another_coordinator(self, page, three, colleague):
        form = page.get(ASSIGN, {"chosen": [row.pk for row in three.values()]}, headers=ENGLISH)
        assert "Entrust 3 engagements to a coordinator" in form.content.decode()

        response = self.send(page, [three["Late"], three["Calm"]], colleague)

        assert (response.status_code, response["Location"]) == (302, LIST)
        for row in three.values():
            row.refresh_from_db()
        assert three["Late"].coordinator == three["Calm"].coordinator == colleague
        assert three["Bare"].coordinator != colleague

    def test_where_one_was_changed_meanwhile_none_is_and_that_one_is_named(
        self, page, three, colleague, member
    ):
        read = [three["Late"], three["Calm"]]
        self.send(page, [three["Calm"]], person_as(Role.COORDINATOR, member))

        response = self.send(page, read, colleague)

        text = response.content.decode()
        assert response.status_code == 422
        assert "Calm:" in text
        assert "Late:" not in text
        assert Engagement.objects.get(pk=three["Late"].pk).coordinator != colleague

    def test_once_that_was_told_the_same_form_does_it(self, page, three, colleague, member):
        other, read = person_as(Role.COORDINATOR, member), [three["Late"], three["Calm"]]
        self.send(page, [three["Calm"]], other)
        refused = turbohtml.parse(self.send(page, read, colleague).content.decode())
        assert f"Calm, {three['Calm'].beneficiary.name} · {other}" in refused.text

        boxes = refused.select("main [name=chosen]")
        assert [box.checked for box in boxes] == [True, True]
        sent = {"chosen": [box.attrs["value"] for box in boxes], "coordinator": colleague.pk}
        assert page.post(ASSIGN, sent).status_code == 302
        assert set(Engagement.objects.filter(coordinator=colleague)) == set(read)

    def test_nobody_who_is_no_coordinator_of_the_member_is_offered(self, page, three):
        response = self.send(page, [three["Late"]], person_as(Role.COORDINATOR))

        assert response.status_code == 422

    def test_what_one_does_not_see_is_not_there(self, page, three, colleague):
        assert self.send(page, [three["Late"], EngagementFactory()], colleague).status_code == 404

    def test_who_does_not_run_it_may_not(self, client, three, colleague):
        client.force_login(person_as(Role.LEAD, three["Late"].beneficiary))

        assert self.send(client, [three["Late"]], colleague).status_code == 403
        assert 'name="chosen"' not in client.get(LIST).content.decode()

    @pytest.mark.parametrize("chosen", [[], ["x"], ["²"], ["9" * 30]])
    def test_what_is_no_engagement_is_refused(self, page, chosen):
        assert page.get(ASSIGN, {"chosen": chosen}).status_code in {302, 404}

    def test_a_date_is_no_version(self, page, three):
        assert page.get(ASSIGN, {"chosen": [f"{three['Late'].pk}:{date.min}"]}).status_code == 200

    def test_nor_is_a_number_without_end(self, page, three, colleague):
        chosen = f"{three['Late'].pk}:{'9' * 5000}"

        for answer in (
            page.get(ASSIGN, {"chosen": [chosen]}),
            page.post(ASSIGN, {"chosen": [chosen], "coordinator": colleague.pk}),
        ):
            assert answer.status_code in {200, 422}
