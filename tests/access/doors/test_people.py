"""A lent person's time and company."""

from decimal import Decimal

import pytest

from crm.domain.roles import Role
from crm.models import Organisation
from tests.access.doors.rule import DAY, Rule, today, told_at_every_door
from tests.crm.factories import OrganisationFactory
from volunteers.models import EmployerCost
from volunteers.services import companies, costs, volunteers


def other_company():
    return Organisation.objects.filter(name="Another company").first() or OrganisationFactory(
        name="Another company", sponsor=True
    )


def cost_of(volunteer):
    return EmployerCost.objects.get(volunteer=volunteer)


RULES = {
    "nobody's time is cut below what is promised": Rule(
        "volunteer",
        lambda o, by: volunteers.change_volunteer(
            o,
            volunteers.VolunteerProfile(
                days_a_week=Decimal("0.5"), available_from=o.available_from, available_to=None
            ),
            by=by,
            today=today(),
        ),
        ("volunteers:volunteer-change",),
        ("api:volunteer-detail", "patch"),
        lambda w: {
            "days_a_week": "0.5",
            "available_from": w.objects["volunteer"].available_from.isoformat(),
            "seen": w.objects["volunteer"].version,
        },
    ),
    "nobody goes away before a mission ends": Rule(
        "volunteer",
        lambda o, by: volunteers.change_volunteer(
            o,
            volunteers.VolunteerProfile(
                days_a_week=o.days_a_week, available_from=o.available_from, available_to=today()
            ),
            by=by,
            today=today(),
        ),
        ("volunteers:volunteer-change",),
        ("api:volunteer-detail", "patch"),
        lambda w: {
            "days_a_week": str(w.objects["volunteer"].days_a_week),
            "available_from": w.objects["volunteer"].available_from.isoformat(),
            "available_to": today().isoformat(),
            "seen": w.objects["volunteer"].version,
        },
    ),
    "a company that one changes to is another one": Rule(
        "volunteer",
        lambda o, by: companies.change_company(o, to=o.sponsor, on=today(), by=by, today=today()),
        None,
        ("api:volunteer-change-company", "post"),
        lambda w: {
            "to": w.objects["sponsor"].pk,
            "on": today().isoformat(),
            "seen": w.objects["volunteer"].version,
        },
    ),
    "what both have signed stands before a change of company": Rule(
        "volunteer",
        lambda o, by: companies.change_company(
            o, to=other_company(), on=o.available_from + 9 * DAY, by=by, today=today()
        ),
        ("volunteers:volunteer-company",),
        ("api:volunteer-change-company", "post"),
        lambda w: {
            "to": other_company().pk,
            "on": (w.objects["volunteer"].available_from + 9 * DAY).isoformat(),
            "seen": w.objects["volunteer"].version,
        },
        prepare=lambda w: other_company(),
    ),
    "two costs of a person share no day": Rule(
        "volunteer",
        lambda o, by: costs.enter_cost(
            o,
            starts_on=cost_of(o).starts_on,
            ends_on=today(),
            remuneration=1,
            charges=1,
            share=100,
            by=by,
        ),
        ("volunteers:cost-create",),
        ("api:employercost-list", "post"),
        lambda w: {
            "volunteer": w.objects["volunteer"].pk,
            "starts_on": w.objects["employer's cost"].starts_on.isoformat(),
            "ends_on": today().isoformat(),
            "remuneration": "1",
            "charges": "1",
            "share": "100",
        },
        role=Role.SPONSOR,
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_one_at_every_door(world, name):
    told = told_at_every_door(world, RULES[name])

    assert told["fr"] != told["en"]
