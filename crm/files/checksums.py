"""What was frozen is what it was: one way to take the checksum of a record."""

import hashlib
import json


def checksum_of(contents):
    """SHA-256 of the contents as canonical JSON."""
    canonical = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
