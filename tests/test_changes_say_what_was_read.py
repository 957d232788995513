"""A form that changes or removes what is there says which version of it was read: who comes second overwrites nothing.

Every page is opened in a world with one of each, and each form that is drawn there is sent: once as it is, and once
after somebody else saved the same rows.
"""

import pytest
from django.core.cache import cache

from crm.domain.roles import Role
from tests.access.states import doors_of_states
from tests.access.world import build_onlookers, build_world
from tests.crawl import Overtaken
from tests.test_drawn_pages import doors_of

ADDS = "it makes something new, and leaves what is there as it is"
TALKS = "it adds a line to a talk in which nothing is taken away"
OWN = "it is the person's own, and nobody else writes it"
ENDS = "what it ends is written once and stays as it was read; the second is told that it is over"

# Forms that do not say what was read, each with the reason why nothing is lost by that.
UNSEEN = {
    **dict.fromkeys(
        [
            "crm:contact-create",
            "crm:interaction-create",
            "crm:invite",
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
            "admin-login",
            "admin-password-change",
            "crm:login",
            "crm:logout",
            "crm:password-change",
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
            "crm:snooze-end",
            "crm:token-revoke",
            "crm:way-in",
            "engagements:calendar-revoke",
            "impact:news-put-back",
            "impact:news-read",
            "impact:shared-cover",
            "set_language",
        ],
        OWN,
    ),
    **dict.fromkeys(
        [
            "crm:request-renew",
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
    "engagements:engagement-take-over": "what somebody else took meanwhile no longer waits, and stays with them",
    "engagements:person-leave": "what the person no longer holds stays with who took it, and a role ends once",
    "volunteers:knowledge-own": "it says of each part which level was read, and what others know is not asked",
}


@pytest.mark.large
@pytest.mark.one_database
@pytest.mark.django_db
def test_a_form_that_changes_something_is_refused_after_somebody_else_did():
    cache.clear()
    world, tried, changing, blind, without = build_world("A"), set(), set(), {}, set()
    build_onlookers(world)
    states = {role: list(more) for role, more in doors_of_states(world).items()}
    people = [
        (world.people[role], [*states.get(role, []), *doors_of(role, world)])
        for role in Role.values
    ]

    for person, doors in [*people, *((None, [door]) for door in states[None])]:
        Overtaken(person, doors, tried, changing, blind, without).walk()

    assert {route: tables for route, tables in blind.items() if route not in UNSEEN} == {}
    assert without == set(UNSEEN)
    assert len(changing) > 80
