"""Each form of an engagement's page, opened and sent by those who may."""

import pytest
from django.urls import reverse

from crm.audit.write import mark_of
from crm.models import Interaction
from engagements.models import (
    Blocker,
    Engagement,
    LeadAppointment,
    Milestone,
    ProgressLog,
    Solution,
)
from tests.engagements.factories import (
    BlockerFactory,
    MilestoneFactory,
    SolutionFactory,
)

pytestmark = pytest.mark.django_db


def address(name, pk):
    return reverse(f"engagements:{name}", args=[pk])


class TestForms:
    """name of the address, of what it hangs from, what is sent, and what is true afterwards."""

    @pytest.fixture
    def parts(self, engagement, lead):
        return {
            "engagement": engagement,
            "appointment": engagement.leads.get(),
            "open": MilestoneFactory(engagement=engagement, title="Open"),
            "done": MilestoneFactory(engagement=engagement, title="Done", done=True),
            "blocker": BlockerFactory(engagement=engagement),
            "solution": SolutionFactory(engagement=engagement),
        }

    CASES = [
        (
            *("milestone-create", "engagement", {"title": "New", "planned_on": "2026-12-01"}),
            *(Milestone, {"title": "New"}),
        ),
        (
            *(
                "milestone-change",
                "open",
                {"title": "Open", "planned_on": "2026-09-01", "why": "Late", "seen": 1},
            ),
            *(Milestone, {"planned_on": "2026-09-01", "planned_first_on": "2026-06-01"}),
        ),
        (
            "milestone-finish",
            "open",
            {"done_on": "2026-06-02", "seen": 1},
            Milestone,
            {"done_on": "2026-06-02"},
        ),
        (
            "milestone-accept",
            "done",
            {"comment": "Fine", "seen": 1},
            Milestone,
            {"acceptance_comment": "Fine"},
        ),
        (
            "milestone-reopen",
            "done",
            {"why": "Broken", "seen": 1},
            Milestone,
            {"title": "Done", "done_on": None},
        ),
        (
            "lead-end",
            "appointment",
            {"ends_on": "2026-06-30"},
            LeadAppointment,
            {"ends_on": "2026-06-30"},
        ),
        ("blocker-resolve", "blocker", {"resolution": "Bought"}, Blocker, {"resolution": "Bought"}),
        (
            "log-create",
            "engagement",
            {"done": "Met them", "audience": "team"},
            ProgressLog,
            {"done": "Met them"},
        ),
        (
            *(
                "log-create",
                "engagement",
                {"blocked": "No key", "opens_blocker": "on", "audience": "team"},
            ),
            *(Blocker, {"text": "No key", "resolved_on": None}),
        ),
        (
            *(
                "solution-create",
                "engagement",
                {"name": "App", "kind": "app", "accessibility": "unknown"},
            ),
            *(Solution, {"name": "App"}),
        ),
        (
            *(
                "solution-change",
                "solution",
                {"name": "New", "kind": "app", "accessibility": "full", "seen": 1},
            ),
            *(Solution, {"name": "New", "accessibility": "full"}),
        ),
        (
            *(
                "engagement-change",
                "engagement",
                {"title": "T", "started_on": "2026-01-05", "seen": 1},
            ),
            *(Engagement, {"title": "T"}),
        ),
        (
            *(
                "interaction-create",
                "engagement",
                {"kind": "call", "happened_on": "2026-06-01", "text": "Hi"},
            ),
            *(Interaction, {"text": "Hi", "kind": "call"}),
        ),
    ]

    @pytest.mark.parametrize(
        ("name", "part", "given", "model", "facts"), CASES, ids=[case[0] for case in CASES]
    )
    def test_opens_and_saves(self, page, coordinator, parts, name, part, given, model, facts):
        url = address(name, parts[part].pk)
        if name == "engagement-change":
            given = given | {"coordinator": coordinator.pk}
        if part in {"appointment", "blocker"}:
            given = given | {"seen": mark_of(parts[part])}
        assert page.get(url).status_code == 200

        response = page.post(url, given)

        assert response.status_code == 302, response.context_data["form"].errors
        assert response.url.startswith(parts["engagement"].get_absolute_url())
        rows = model.objects.all()
        for fact, value in facts.items():
            rows = rows.filter(**({f"{fact}__isnull": True} if value is None else {fact: value}))
        assert rows.exists()

    BAD = [
        ("milestone-create", "engagement", "title", "x" * 300),
        ("milestone-create", "engagement", "title", "a\0b"),
        ("milestone-create", "engagement", "planned_on", "0001-01-01"),
        ("milestone-create", "engagement", "planned_on", "2020-01-01"),
        ("milestone-create", "engagement", "owner", "987654321"),
        ("milestone-finish", "open", "done_on", "2090-01-01"),
        ("milestone-reopen", "done", "why", ""),
        ("milestone-remove", "done", "why", "x" * 301),
        ("lead-appoint", "engagement", "share", "-5"),
        ("lead-appoint", "engagement", "share", "1e999"),
        ("lead-appoint", "engagement", "new_name", "x" * 300),
        ("lead-appoint", "engagement", "new_name", "a\0b"),
        ("lead-appoint", "engagement", "starts_on", "2300-01-01"),
        ("lead-appoint", "engagement", "contact", "987654321"),
        ("lead-end", "appointment", "ends_on", "2025-01-01"),
        ("log-create", "engagement", "done", "x" * 4001),
        ("solution-create", "engagement", "url", "javascript:alert(1)"),
        ("solution-create", "engagement", "kind", "rocket"),
        ("interaction-create", "engagement", "happened_on", "2090-01-01"),
        ("interaction-create", "engagement", "text", "a\0b"),
        ("engagement-change", "engagement", "running_cost_ceiling", "-1"),
        ("engagement-change", "engagement", "running_cost_ceiling", "9" * 40),
        ("engagement-change", "engagement", "started_on", "31/02/2026"),
    ]

    @pytest.mark.parametrize(("name", "part", "field", "value"), BAD)
    def test_bad_input_gets_a_sentence_at_its_field(
        self, page, coordinator, parts, today, name, part, field, value
    ):
        good = {
            "title": "Good",
            "planned_on": "2026-12-01",
            "why": "A reason",
            "share": "50",
            "starts_on": today.isoformat(),
            "name": "Good",
            "kind": "call" if name == "interaction-create" else "app",
            "accessibility": "unknown",
            "happened_on": "2026-06-01",
            "text": "Good",
            "audience": "team",
            "coordinator": coordinator.pk,
            "started_on": "2026-01-05",
            "new_name": "" if field == "contact" else "Good",
            "seen": mark_of(parts[part]) if part == "appointment" else 1,
        }

        response = page.post(address(name, parts[part].pk), good | {field: value})

        assert response.status_code == 422
        assert field in response.context_data["form"].errors
