"""How much there is and how much stands in its way, as numbers for /metrics."""

from django.db.models import Count

from crm.domain.gauges import Gauge
from engagements.domain.stages import Stage
from engagements.models import Blocker, Engagement


def gauges() -> list[Gauge]:
    """Two queries."""
    by_stage = Engagement.objects.order_by().values_list("stage").annotate(many=Count("pk"))
    return [
        Gauge(
            "relais_engagements",
            "Engagements, by stage",
            dict.fromkeys(Stage.values, 0) | dict(by_stage),
            "stage",
        ),
        Gauge(
            "relais_blockers_open",
            "Blockers that nobody has resolved",
            {"": Blocker.objects.open().count()},
        ),
    ]
