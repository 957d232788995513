"""How much there is and how much waits, as numbers for /metrics."""

from django.db.models import Count
from django.utils import timezone

from crm.domain.gauges import Gauge
from crm.domain.request_states import WaitingFor
from crm.models import SupportRequest, User


def gauges() -> list[Gauge]:
    """Three queries."""
    by_turn = (
        SupportRequest.objects.open()
        .order_by()
        .values_list("waiting_for")
        .annotate(many=Count("pk"))
    )
    late = SupportRequest.objects.late(timezone.localdate()).count()
    people = User.objects.filter(is_active=True).count()
    return [
        Gauge(
            "relais_requests_open",
            "Support requests that are not closed, by whose turn it is",
            dict.fromkeys(WaitingFor.values, 0) | {turn or "nobody": n for turn, n in by_turn},
            "waiting_for",
        ),
        Gauge("relais_requests_late", "Support requests whose turn is over", {"": late}),
        Gauge("relais_people", "Accounts that may log in", {"": people}),
    ]
