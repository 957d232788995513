"""A mission of as long as the law lets it last, from 1 December 2026 on."""

from datetime import date
from decimal import Decimal

from volunteers.services import assignments

FIRST = date(2026, 12, 1)
LAST_BY_LAW = date(2029, 11, 30)


def assign(person, engagement, by, past_law=False, **facts):
    terms = {
        "role": "Developer",
        "starts_on": FIRST,
        "ends_on": LAST_BY_LAW,
        "days_a_week": Decimal(1),
    } | facts
    return assignments.assign(
        person,
        engagement,
        assignments.AssignmentTerms(**terms),
        by=by,
        today=FIRST,
        past_law=past_law,
    )
