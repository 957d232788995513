"""An indicator of one's own, as it is typed."""

FACTS = {
    "name_fr": "Élèves équipés",
    "name_en": "Pupils equipped",
    "unit_fr": "élèves",
    "unit_en": "pupils",
    "kind": "count",
    "aggregation": "unique",
}
