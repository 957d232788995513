"""Parts of an engagement: solutions, costs, owners."""

import pytest

from crm.domain.refusals import Stale
from engagements.models import Solution
from engagements.services import parts
from tests.engagements.factories import SolutionFactory
from tests.engagements.refusals import refused_fields

pytestmark = pytest.mark.django_db


class TestSolutions:
    def test_a_stale_solution_is_refused(self, engagement, coordinator):
        solution = SolutionFactory(engagement=engagement)
        hers, his = Solution.objects.get(pk=solution.pk), Solution.objects.get(pk=solution.pk)
        hers.stack = "Django"
        parts.save_part(hers, by=coordinator, seen=1)

        his.stack = "Rails"
        with pytest.raises(Stale):
            parts.save_part(his, by=coordinator, seen=1)
        solution.refresh_from_db()
        assert solution.stack == "Django"

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "ftp", "https://" + "x" * 300 + ".example/"]
    )
    def test_an_address_that_leads_nowhere_is_refused(self, engagement, coordinator, url):
        solution = SolutionFactory.build(engagement=engagement, url=url)

        assert "url" in refused_fields(parts.save_part, solution, by=coordinator)
