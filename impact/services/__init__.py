from impact.services.figures import (
    approve_measurement,
    change_draft,
    delete_draft,
    publish_measurement,
    record_measurement,
    return_measurement,
    submit_measurement,
)
from impact.services.imports import import_measurements, plan_import
from impact.services.records import follow, fund, record_baseline

__all__ = [
    "approve_measurement",
    "change_draft",
    "delete_draft",
    "follow",
    "fund",
    "import_measurements",
    "plan_import",
    "publish_measurement",
    "record_baseline",
    "record_measurement",
    "return_measurement",
    "submit_measurement",
]
