"""Each request that fails has a name."""

import pytest
from django.test import Client


@pytest.fixture
def failing_site(settings):
    settings.ROOT_URLCONF = "tests.crm.failing_site"


@pytest.mark.django_db
class TestName:
    ADDRESS = "/fails/CANARY-token/12/?q=CANARY"

    def test_alone_has_a_name_each_its_own(self, failing_site):
        client = Client(raise_request_exception=False)
        names = {client.get(self.ADDRESS)["X-Request-ID"] for _turn in range(20)}

        assert len(names) == 20
        assert "X-Request-ID" not in client.get("/fine/").headers
