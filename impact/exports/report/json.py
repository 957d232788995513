"""A report as data."""

import json

from impact.exports.report import contents
from impact.selectors import reports


def file_of(report):
    """What was frozen with its checksum (SHA-256 of the canonical JSON of `contents`), and what changed since."""
    data = {
        "number": report.number,
        "address": reports.address_of(report),
        "published_on": report.published_on.isoformat(),
        "checksum": report.checksum,
        "contents": report.contents,
        "word": contents.word_of(report),
        "changes_since": contents.changes_in_order(report),
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode(), "application/json"
