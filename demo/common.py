"""People counted by two engagements: invented figures, and what a comparison of two lists would say of them."""

from django.utils import timezone

from crm.models import User
from engagements.models import Engagement
from impact.models import Overlap
from impact.services import indicators, measurements, metrics, overlaps

SOURCE = "Chiffre inventé pour la démonstration"
INDICATOR = {
    "name_fr": "Adhérents servis (inventé)",
    "name_en": "Members served (invented)",
    "unit_fr": "personnes",
    "unit_en": "people",
    "unit_one_fr": "personne",
    "unit_one_en": "person",
    "definition_fr": "Démonstration : personnes servies au moins une fois, chacune comptée une fois.",
    "definition_en": "Demonstration: people served at least once, each counted once.",
    "kind": "count",
    "aggregation": "unique",
}


def people_in_common(world):
    """For the coordinator a range that stays a range; for the northern funder one that two lists make exact."""
    indicator = indicators.add_indicator(**INDICATOR, by=world.admin)
    counted = {"Carte des paniers": 140, "Prêt de vélos": 95, "Prêt de livres": 310}
    baskets, bicycles, _books = (
        _counted(world, indicator, world.coordinator, *pair) for pair in counted.items()
    )
    lists = "Deux listes d’adhésion comparées, adresse par adresse (inventé)"
    overlaps.declare_overlap(
        *(baskets, bicycles),
        bound=Overlap.Bound.AT_LEAST,
        people=38,
        source=lists,
        by=world.coordinator,
        today=world.today,
    )
    north = User.objects.get(email="nord@membre.example")
    pair = [
        _counted(world, indicator, north, *pair)
        for pair in (("Agenda des bénévoles", 64), ("Stock solidaire", 52))
    ]
    overlaps.declare_overlap(
        *pair,
        people=9,
        source="Fichier commun des adhésions (inventé)",
        by=north,
        today=world.today,
    )


def _counted(world, indicator, by, title, count):
    metric = metrics.follow_indicator(
        Engagement.objects.get(title=title), indicator=indicator, by=by
    )
    window = {"window_start": world.ago(60), "window_end": world.ago(15)}
    row = measurements.record_measurement(
        metric, count=count, source=SOURCE, grade="counted", **window, by=by, today=world.today
    )
    row = measurements.submit_measurement(row, by=by)
    row = measurements.approve_measurement(row, seen=row.version, by=world.admin)
    measurements.publish_measurement(row, seen=row.version, by=by, at=timezone.now())
    return metric
