"""Every code has its words."""

import pytest

from impact.display import messages
from impact.domain import statistics

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


class TestWords:
    def test_every_refusal_and_caution_has_its_words(self):
        assert set(statistics.REFUSALS) <= set(messages.REFUSALS)
        assert set(statistics.CAUTIONS) == set(messages.CAUTIONS)
