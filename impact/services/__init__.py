from impact.services.baselines import agree_to_baseline, change_baseline, question_baseline, record_baseline
from impact.services.evidence import add_evidence, drop_evidence
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
from impact.services.indicators import add_indicator, change_indicator
from impact.services.overlaps import change_overlap, declare_overlap, drop_overlap
from impact.services.readings import mark_read, put_back
from impact.services.records import change_metric, follow, fund
from impact.services.reports import (
    note_reading,
    open_share_link,
    publish_report,
    revoke_share_link,
    share_report,
    sign_report,
)
from impact.services.targets import change_target, drop_target, set_target

__all__ = [
    "add_evidence",
    "add_indicator",
    "agree_to_baseline",
    "approve_measurement",
    "change_baseline",
    "change_draft",
    "change_indicator",
    "change_metric",
    "change_overlap",
    "change_target",
    "declare_overlap",
    "delete_draft",
    "drop_evidence",
    "drop_overlap",
    "drop_target",
    "follow",
    "fund",
    "import_measurements",
    "mark_read",
    "note_reading",
    "open_share_link",
    "plan_import",
    "publish_measurement",
    "publish_report",
    "put_back",
    "question_baseline",
    "record_baseline",
    "record_measurement",
    "return_measurement",
    "revoke_share_link",
    "set_target",
    "share_report",
    "sign_report",
    "submit_measurement",
]
