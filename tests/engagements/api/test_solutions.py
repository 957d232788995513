"""Solutions by the API."""

import pytest

from tests.engagements.factories import SolutionFactory

pytestmark = pytest.mark.django_db

ROOT = "/api/v1"


class TestSolutions:
    def test_solutions_are_read(self, api, engagement):
        solution = SolutionFactory(engagement=engagement)
        SolutionFactory()

        rows = api.get(f"{ROOT}/solutions/").data["results"]

        assert [row["id"] for row in rows] == [solution.pk]
