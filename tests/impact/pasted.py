"""A table as it is pasted, and what is planned of it."""

from datetime import date

from django.utils import translation

from impact.services import imports

TODAY = date(2026, 7, 15)
HEAD = "indicateur\tdu\tau\tnombre\tsur\tmois\tpopulation\tpreuve\tsource"
GOOD = "emplois\t01/01/2026\t31/03/2026\t1 234\t\t3\ttous\tcompté\tBase de la plateforme"


def planned(engagement, by, *rows, head=HEAD):
    with translation.override("en"):
        return imports.plan_import(engagement, "\n".join([head, *rows]), by=by, today=TODAY)
