"""Every form that writes, in whatever app, sent as it is drawn; a table would forget the next one.

One that changes or removes what is there says which version of it was read: who comes second overwrites nothing. One
that makes something and is sent twice makes it once. What is called optional may stay empty, whatever else is chosen.
"""

import pytest
from django.core.cache import cache

from crm.domain.roles import Role
from tests.access.states import doors_of_states
from tests.access.world import build_onlookers, build_world
from tests.crawl import EachForm, Sent
from tests.test_drawn_pages import doors_of

ADDS = "it makes something new, and leaves what is there as it is"
TALKS = "it adds a line to a talk in which nothing is taken away"
OWN = "it is the person's own, and nobody else writes it"
ENDS = "what it ends is written once and stays as it was read; the second is told that it is over"

# Forms that do not say what was read, each with the reason why nothing is lost by that.
UNSEEN = {
    **dict.fromkeys(
        [
            "crm:contact-apart",
            "crm:contact-create",
            "crm:interaction-create",
            "crm:invite",
            "crm:organisation-apart",
            "crm:request-note",
            "crm:token-create",
            "engagements:calendar-links",
            "engagements:engagement-create",
            "engagements:interaction-create",
            "engagements:milestone-create",
            "engagements:pause-create",
            "engagements:roadmap-plan",
            "engagements:signature-ask",
            "engagements:survival-ask",
            "impact:baseline-create",
            "impact:evidence-create",
            "impact:funding-create",
            "impact:indicator-create",
            "impact:measurement-correct",
            "impact:measurement-create",
            "impact:measurement-import",
            "impact:metric-create",
            "impact:overlap-create",
            "impact:report-share",
            "impact:target-create",
            "volunteers:agreement-create",
            "volunteers:assignment-create",
            "volunteers:cost-create",
            "volunteers:month-correct",
            "volunteers:need-create",
            "volunteers:volunteer-create",
        ],
        ADDS,
    ),
    **dict.fromkeys(
        [
            "crm:ask-add",
            "crm:request-question",
            "engagements:answer-question",
            "volunteers:month-disagree",
        ],
        TALKS,
    ),
    **dict.fromkeys(
        [
            "account_reauthenticate",
            "admin-login",
            "admin-password-change",
            "crm:login",
            "crm:logout",
            "crm:password-change",
            "crm:password-forgotten",
            "crm:address-change",
            "crm:ask-address",
            "crm:ask-attach",
            "crm:ask-begin",
            "crm:ask-check",
            "crm:ask-confirm",
            "crm:ask-detach",
            "crm:ask-renew",
            "crm:ask-withdraw",
            "crm:digest-choose",
            "crm:digest-leave",
            "crm:snooze",
            "crm:passkey-rename",
            "crm:snooze-end",
            "crm:token-revoke",
            "crm:view-change",
            "crm:view-create",
            "crm:view-delete",
            "crm:way-in",
            "engagements:calendar-revoke",
            "impact:news-put-back",
            "impact:news-read",
            "impact:shared-cover",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "mfa_generate_recovery_codes",
            "mfa_remove_webauthn",
            "set_language",
        ],
        OWN,
    ),
    **dict.fromkeys(
        [
            "crm:merge-undo",
            "crm:request-renew",
            "crm:second-factor-take",
            "engagements:health-override-end",
            "impact:evidence-delete",
            "impact:report-sign",
            "impact:share-link-revoke",
            "volunteers:attestation-revoke",
            "volunteers:disagreement-settle",
            "volunteers:week-link-revoke",
        ],
        ENDS,
    ),
    **dict.fromkeys(
        ["crm:way-in-send", "volunteers:way-in-send"],
        "it mails a way in; the account stays as it is",
    ),
    **dict.fromkeys(
        ["crm:job-try-again", "crm:mail-give-up", "crm:mail-try-again"],
        "what has left meanwhile, or is under way, is asked anew and refused",
    ),
    "engagements:engagement-assign": "each engagement is ticked together with the version that was read of it",
    "engagements:engagement-take-over": "what somebody else took meanwhile no longer waits, and stays with them",
    "engagements:person-leave": "what the person no longer holds stays with who took it, and a role ends once",
    "volunteers:knowledge-own": "it says of each part which level was read, and what others know is not asked",
}


@pytest.mark.large
@pytest.mark.one_database
@pytest.mark.django_db
def test_each_form_as_it_is_drawn_sent_again_and_after_somebody_else():
    cache.clear()
    world, found = build_world("A"), Sent()
    build_onlookers(world)
    states = {role: list(more) for role, more in doors_of_states(world).items()}
    people = [
        (world.people[role], [*states.get(role, []), *doors_of(role, world)])
        for role in Role.values
    ]

    walks = [
        EachForm(person, doors, found).walk()
        for person, doors in [*people, *((None, [door]) for door in states[None])]
    ]

    problems = "\n".join(filter(None, (walk.told() for walk in walks)))
    assert not problems, problems
    assert {route: tables for route, tables in found.blind.items() if route not in UNSEEN} == {}
    assert sorted(found.without ^ set(UNSEEN)) == []
    assert (len(found.tried) > 80, len(found.made) > 15, len(found.changing) > 80) == (True,) * 3
