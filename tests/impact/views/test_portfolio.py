"""The page of engagements side by side: nothing there ranks them."""

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from impact.selectors import comparison
from tests.access.test_access import body_of
from tests.crm.factories import OrganisationFactory, person_as
from tests.impact.factories import BaselineFactory, IndicatorFactory, MeasurementFactory
from tests.impact.side_by_side import read_by

pytestmark = pytest.mark.django_db
PAGE = reverse("impact:compare")


@pytest.fixture
def funder():
    return OrganisationFactory(funder=True)


@pytest.fixture
def reader(funder):
    return person_as(Role.FUNDER, funder)


@pytest.fixture
def trees():
    return IndicatorFactory(name_en="Trees planted", unit_en="trees")


@pytest.fixture
def satisfied():
    return IndicatorFactory(share=True, name_en="Would recommend it")


@pytest.fixture
def follow(funder):
    return read_by(funder)


def look(client, reader, **query):
    client.force_login(reader)
    return client.get(PAGE, query, headers={"accept-language": "en"})


def words(response):
    """Spaces of every kind are one."""
    return " ".join(response.content.decode().split())


class TestThePage:
    def test_only_what_two_of_ones_engagements_follow_can_be_chosen(
        self, client, reader, follow, trees, satisfied
    ):
        follow("Forêt", trees, count=1)
        follow("Jardin", trees, count=2)
        follow("Prairie", satisfied, count=1, total=2)
        MeasurementFactory(metric__indicator=satisfied, count=1, total=2)  # of somebody else

        options = str(look(client, reader).context_data["form"]["indicator"])

        assert "Trees planted" in options
        assert "Would recommend it" not in options

    def test_one_that_cannot_be_chosen_is_as_if_it_did_not_exist(
        self, client, reader, follow, trees, satisfied
    ):
        follow("Forêt", trees, count=1)
        follow("Jardin", trees, count=2)

        keys = (satisfied.pk, 987_654_321)
        pages = [
            body_of(look(client, reader, indicator=key)).replace(f"indicator={key}", "")
            for key in keys
        ]

        assert "Would recommend it" not in pages[0]
        assert pages[0] == pages[1]

    def test_with_nothing_to_compare_it_says_what_will_stand_there(
        self, client, reader, follow, trees
    ):
        follow("Forêt", trees, count=1)

        assert "Nothing to compare yet" in words(look(client, reader))

    def test_each_line_is_whole_and_nothing_ranks_them(self, client, reader, follow, trees):
        first = follow("Forêt", trees, count=60)
        BaselineFactory(metric=first)
        follow("Jardin", trees, count=40, exposure_months=None)
        other = follow("Prairie", trees, count=5)
        BaselineFactory(metric=other, count=0)

        page = words(look(client, reader, indicator=trees.pk))

        assert "A higher figure is not a better engagement." in page
        assert "60 trees in 6 months" in page
        assert "from 1 January 2026 to 30 June 2026" in page
        assert "× 12 per time [6.1; 26.3]" in page
        assert "months not known" in page
        assert "no baseline supplied" in page
        assert "The baseline is zero, so no number of times can be given." in page
        assert "sort=" not in page
        assert "best" not in page

    def test_a_share_shows_its_interval_in_words_and_as_a_picture(
        self, client, reader, follow, satisfied
    ):
        follow("Forêt", satisfied, count=45, total=80, exposure_months=None)
        follow("Jardin", satisfied, count=9, total=10, exposure_months=None)

        page = words(look(client, reader, indicator=satisfied.pk))

        assert "45 out of 80 (56%)</strong> [44.7; 67.3]" in page
        assert page.count('<circle class="mark"') == 2
        assert "style=" not in page

    def test_one_share_alone_needs_no_picture(self, client, reader, follow, satisfied):
        follow("Forêt", satisfied, count=45, total=80)
        follow("Jardin", satisfied, count=9, total=10, population="completers")

        assert 'class="mark"' not in words(look(client, reader, indicator=satisfied.pk))

    def test_no_draft_and_nobody_elses_engagement(self, client, reader, follow, trees):
        follow("Forêt", trees, count=1)
        follow("Jardin", trees, count=8_765_432, status="draft")
        MeasurementFactory(metric__indicator=trees, metric__engagement__title="Foreign")

        page = words(look(client, reader, indicator=trees.pk))

        assert "Foreign" not in page
        assert "8,765,432" not in page

    def test_the_page_of_the_indicator_leads_there(self, client, reader, follow, trees):
        follow("Forêt", trees, count=1)
        client.force_login(reader)
        there = f'{PAGE}?indicator={trees.pk}"'
        assert (
            there
            not in client.get(reverse("impact:indicator-detail", args=[trees.pk])).content.decode()
        )

        follow("Jardin", trees, count=1)

        assert (
            there
            in client.get(reverse("impact:indicator-detail", args=[trees.pk])).content.decode()
        )

    @pytest.mark.parametrize("size", [2, 9])
    def test_statements_do_not_grow(
        self, client, reader, follow, trees, django_assert_num_queries, size
    ):
        for n in range(size):
            metric = follow(f"Forêt {n}", trees, count=60)
            BaselineFactory(metric=metric)
        look(client, reader)

        with django_assert_num_queries(17):
            response = client.get(PAGE, {"indicator": trees.pk})

        assert sum(len(group.lines) for group in response.context_data["groups"]) == size

    def test_fifty_a_page(self, client, reader, follow, trees, monkeypatch):
        for n in range(comparison.PAGE_SIZE + 1):
            follow(f"Forêt {n:02}", trees)

        first = look(client, reader, indicator=trees.pk)
        second = client.get(PAGE + first.context_data["page"].next)

        assert [line.engagement.title for line in second.context_data["groups"][0].lines] == [
            "Forêt 50"
        ]
        assert f"indicator={trees.pk}" in first.context_data["page"].next
