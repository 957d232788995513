"""Agreements and attestations."""

import pytest

from crm.domain.roles import Role
from tests.access.doors.rule import Rule, today, told_at_every_door, tomorrow
from volunteers.selectors import attestations
from volunteers.services import agreements
from volunteers.services.attestations import issue_attestation


def consented(world):
    agreement = world.objects["agreement"]
    agreements.record_consent(
        agreement,
        on=today(),
        by=world.people[Role.COORDINATOR],
        today=today(),
        seen=agreement.version,
    )


RULES = {
    "an agreement ends early once both have signed": Rule(
        "agreement",
        lambda o, by: agreements.end_agreement(o, on=o.starts_on, reason="x", by=by),
        ("volunteers:agreement-end",),
        ("api:sponsorshipagreement-end", "post"),
        lambda w: {"on": w.objects["agreement"].starts_on.isoformat(), "reason": "x"},
    ),
    "signatures are taken back where there are some": Rule(
        "agreement",
        lambda o, by: agreements.take_signatures_back(o, reason="x", by=by),
        ("volunteers:agreement-take-back",),
        ("api:sponsorshipagreement-take-back", "post"),
        lambda w: {"reason": "x"},
    ),
    "nobody agreed tomorrow": Rule(
        "agreement",
        lambda o, by: agreements.record_consent(
            o, on=tomorrow(), by=by, today=today(), seen=o.version
        ),
        ("volunteers:agreement-consent",),
        ("api:sponsorshipagreement-consent", "post"),
        lambda w: {"on": tomorrow().isoformat()},
    ),
    "what the law wants is there before one signs": Rule(
        "agreement",
        lambda o, by: agreements.sign_agreement(
            o, "sponsor", name="A", on=today(), by=by, today=today(), seen=o.version
        ),
        ("volunteers:agreement-sign",),
        ("api:sponsorshipagreement-sign", "post"),
        lambda w: {"side": "sponsor", "name": "A", "on": today().isoformat()},
        words=("sponsor",),
    ),
    "words that somebody has signed stand": Rule(
        "agreement",
        lambda o, by: agreements.change_agreement(o, missions="Other", by=by),
        None,
        ("api:sponsorshipagreement-detail", "patch"),
        lambda w: {"missions": "Other", "seen": w.objects["agreement"].version},
        prepare=lambda w: consented(w),
    ),
    "the employee agrees once": Rule(
        "agreement",
        lambda o, by: agreements.record_consent(
            o, on=today(), by=by, today=today(), seen=o.version
        ),
        ("volunteers:agreement-consent",),
        ("api:sponsorshipagreement-consent", "post"),
        lambda w: {"on": today().isoformat()},
        prepare=lambda w: consented(w),
    ),
    "a mission has one attestation that stands": Rule(
        "assignment",
        lambda o, by: issue_attestation(
            o,
            signer="A",
            function="B",
            language="fr",
            milestones=[],
            skills=[],
            by=by,
            today=today(),
            seen=attestations.seal_of(o),
        ),
        ("volunteers:attestation-create",),
        ("api:attestation-list", "post"),
        lambda w: {
            "assignment": w.objects["assignment"].pk,
            "signer": "A",
            "function": "B",
            "language": "fr",
            "seen": attestations.seal_of(w.objects["assignment"]),
        },
    ),
    "an attestation waits for the end of the mission": Rule(
        "proposed assignment",
        lambda o, by: issue_attestation(
            o,
            signer="A",
            function="B",
            language="fr",
            milestones=[],
            skills=[],
            by=by,
            today=today(),
            seen=attestations.seal_of(o),
        ),
        ("volunteers:attestation-create",),
        ("api:attestation-list", "post"),
        lambda w: {
            "assignment": w.objects["proposed assignment"].pk,
            "signer": "A",
            "function": "B",
            "language": "fr",
            "seen": attestations.seal_of(w.objects["proposed assignment"]),
        },
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_one_at_every_door(world, name):
    told = told_at_every_door(world, RULES[name])

    assert told["fr"] != told["en"]
