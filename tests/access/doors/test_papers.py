"""Agreements and attestations."""

from datetime import date

import pytest
from django.contrib import admin
from django.core.management import call_command

from crm.domain.roles import Role
from tests.access.doors.rule import ROUTE, Rule, today, told_at_every_door, tomorrow
from tests.volunteers.lent_months import lent
from volunteers.forms.costs import address_of
from volunteers.models import DeclaredStatement
from volunteers.selectors import attestations
from volunteers.selectors.attestations import AttestationAnswers
from volunteers.selectors.statements import StatementScope, statement_of
from volunteers.services import agreements
from volunteers.services.attestations import issue_attestation
from volunteers.services.declarations import declare_statement, seal_of


def consented(world):
    agreement = world.objects["agreement"]
    agreements.record_consent(
        agreement,
        on=today(),
        by=world.people[Role.COORDINATOR],
        today=today(),
        seen=agreement.version,
    )


SPRING, SUMMER = (date(2026, 4, 1), date(2027, 3, 31)), (date(2026, 6, 1), date(2027, 5, 31))


def statement(world, window):
    volunteer, contact = world.objects["volunteer"], world.people[Role.SPONSOR]
    pair = volunteer.sponsor, volunteer.member
    return statement_of(*pair, window, user=contact, today=today())


def stated_again(volunteer, window, by, reason=""):
    found = statement_of(volunteer.sponsor, volunteer.member, window, user=by, today=today())
    return declare_statement(
        StatementScope(volunteer.sponsor, volunteer.member, window),
        seen=seal_of(found),
        reason=reason,
        by=by,
        today=today(),
    )


def declared(world):
    """June 2026 in the financial year that begins in spring."""
    call_command("loadreference")
    lent(world.objects["volunteer"], is_locked=True)
    stated_again(world.objects["volunteer"], SPRING, world.people[Role.SPONSOR])


def declared_and_more_since(world):
    declared(world)
    lent(world.objects["volunteer"], month=date(2026, 7, 1), is_locked=True)


def in_the_address(window):
    return lambda w: address_of(statement(w, window))


def second_statement(window, prepare, **sent):
    return Rule(
        "volunteer",
        lambda o, by: stated_again(o, window, by, sent.get("reason", "")),
        ("volunteers:statement-declare",),
        None,
        lambda w: {"seen": seal_of(statement(w, window)), **sent},
        role=Role.SPONSOR,
        prepare=prepare,
        query=in_the_address(window),
    )


RULES = {
    "a year is declared once": second_statement(SPRING, declared, reason="Again"),
    "a day is declared in one year": second_statement(SUMMER, declared_and_more_since),
    "a declared year is corrected with a reason": second_statement(SPRING, declared_and_more_since),
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
            o,
            agreements.AgreementSignature(side="sponsor", name="A", on=today()),
            by=by,
            today=today(),
            seen=o.version,
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
            AttestationAnswers(signer="A", function="B", language="fr", milestones=[], skills=[]),
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
            AttestationAnswers(signer="A", function="B", language="fr", milestones=[], skills=[]),
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


def test_the_api_declares_nothing(world, client):
    """It reads what was declared: the company declares on the page, where it reads the figures first."""
    before = DeclaredStatement.objects.count()
    client.force_login(world.people[Role.SPONSOR])

    for method in ("post", "put", "patch", "delete"):
        for address in (
            ROUTE["api:declaredstatement-list"].url(0),
            ROUTE["api:declaredstatement-detail"].url(world.objects["declared statement"].pk),
        ):
            answer = getattr(client, method)(address, {}, content_type="application/json")
            assert answer.status_code == 405

    assert DeclaredStatement.objects.count() == before
    assert DeclaredStatement not in admin.site._registry
