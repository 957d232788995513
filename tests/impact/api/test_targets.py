"""Targets through the API."""

import pytest

from crm.domain.roles import Role
from impact.models import Target
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import MeasurementFactory, MetricFactory, TargetFactory


@pytest.fixture
def metric(member, coordinator):
    return MetricFactory(engagement__member=member, engagement__coordinator=coordinator)


@pytest.mark.django_db
class TestApi:
    @pytest.fixture
    def ask(self, client, coordinator):
        def call(method, path, body=None, user=coordinator):
            client.force_login(user)
            headers = {"accept-language": "en"}
            return getattr(client, method)(
                f"/api/v1/{path}", body, content_type="application/json", headers=headers
            )

        return call

    def test_set_changed_and_taken_away(self, ask, metric):
        facts = {
            "metric": metric.pk,
            "window_start": "2026-01-01",
            "window_end": "2026-03-31",
            "value": "40",
        }
        target = ask("post", "targets/", facts).json()
        path = f"targets/{target['id']}/"

        assert list(ask("patch", path, {"value": "30", "seen": 1}).json()["errors"]) == ["why"]
        assert ask("patch", path, {"value": "30", "why": "x", "seen": 9}).status_code == 409
        assert (
            ask("patch", path, {"value": "30", "why": "x", "seen": 1}).json()["amended_why"] == "x"
        )
        assert ask("delete", f"{path}?seen=2").status_code == 400
        assert ask("delete", f"{path}?why=wrong&seen=2").status_code == 204

    def test_a_lead_sets_none_and_a_stranger_finds_no_metric(self, ask, metric):
        facts = {
            "metric": metric.pk,
            "window_start": "2026-01-01",
            "window_end": "2026-03-31",
            "value": "40",
        }
        lead = person_as(Role.LEAD, metric.engagement.beneficiary)
        stranger = person_as(Role.LEAD, EngagementFactory().beneficiary)

        assert ask("post", "targets/", facts, lead).status_code == 403
        assert list(ask("post", "targets/", facts, stranger).json()["errors"]) == ["metric"]
        assert not Target.objects.exists()

    def test_the_summary_tells_them(self, ask, metric):
        TargetFactory(metric=metric)
        MeasurementFactory(metric=metric)

        (body,) = ask("get", f"impact/{metric.engagement_id}/").json()["metrics"][0]["targets"]
        assert (body["value"], body["measured"], body["outcome"], body["refusal"]) == (
            "50.00",
            60.0,
            "reached",
            "",
        )
        assert body["measured_until"] == "2026-06-30"
