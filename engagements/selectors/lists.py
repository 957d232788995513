"""The list of engagements, in any order: each order is of columns that are never null, the key last."""

from collections.abc import Iterator
from datetime import date

from django.db.models import (
    Case,
    CharField,
    DateField,
    IntegerField,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from crm.models import User
from crm.selectors.paging import Order, in_order
from engagements.domain import health
from engagements.domain.stages import ACTIVE
from engagements.models import (
    Engagement,
    EngagementQuerySet,
    HealthRule,
    LeadAppointment,
    Milestone,
)

COLUMNS = {
    "title": "sort_title",
    "stage": "stage_rank",
    "news": "last_news_on",
    "start": "started_on",
    "health": "health_rank",
    "lead": "lead_sort",
    "next": "next_sort",
}
SORTS = {name for column in COLUMNS for name in (column, f"-{column}")}
CHUNK = 500


def sorted_by(
    engagements: EngagementQuerySet, sort: str, today: date
) -> tuple[EngagementQuerySet, Order]:
    """The queryset with what it is sorted by, and the order for page_by_key.

    By health the worst come first; by the lead those without one; those without a milestone come last either way.
    """
    column, sign = sort.removeprefix("-"), "-" if sort.startswith("-") else ""
    this = OuterRef("pk")
    if column == "health":
        severity = health.severity(today, HealthRule.objects.in_force())
        rank = Case(
            When(stage__in=ACTIVE, then=Value(health.ACTS) - severity),
            default=Value(health.ACTS + 1),
            output_field=IntegerField(),
        )
        engagements = engagements.with_facts(today).annotate(health_rank=rank)
    elif column == "lead":
        current = LeadAppointment.objects.filter(engagement=this).current(today)
        name = Subquery(current.values("contact__sort_name")[:1])
        lead_sort = Coalesce(name, Value(""), output_field=CharField())
        engagements = engagements.annotate(lead_sort=lead_sort)
    elif column == "next":
        ahead = Milestone.objects.filter(engagement=this, done_on=None).order_by("planned_on", "pk")
        none = Value(date.min if sign else date.max, output_field=DateField())
        day = Subquery(ahead.values("planned_on")[:1])
        engagements = engagements.annotate(next_sort=Coalesce(day, none))
    return engagements, (f"{sign}{COLUMNS[column]}", f"{sign}pk")


def whole_list(
    engagements: EngagementQuerySet, sort: str, today: date
) -> Iterator[tuple[Engagement, health.Health | None]]:
    """Every engagement in that order with its health: two queries, and one more for each CHUNK."""
    rows, order = sorted_by(engagements, sort, today)
    keys = list(rows.order_by(*order).values_list("pk", flat=True))
    rules = HealthRule.objects.in_force()
    for start in range(0, len(keys), CHUNK):
        for row in in_order(keys[start : start + CHUNK], Engagement.objects.for_list(today)):
            yield row, health.of(row, today, rules)


def chosen_by(user: User, keys: list[int]) -> list[Engagement]:
    """Those of the keys that the person may see, by name."""
    rows = Engagement.objects.visible_to(user).filter(pk__in=keys)
    return list(rows.select_related("beneficiary", "coordinator").order_by("sort_title", "pk"))
